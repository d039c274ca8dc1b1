// What cdktf.json runs: main.ts and the stacks, bundled in memory from their sources and run at once. Nothing is
// type-checked on the way (`tsc -b` does that) and nothing compiled is kept, so that no stale code is synthesized.
const Module = require('node:module');
const { join } = require('node:path');
const { buildSync } = require('esbuild');

// cdktf asks HashiCorp for its newest version otherwise, which a machine without a network waits for.
process.env.CHECKPOINT_DISABLE ??= '1';

// Another app can be named, as the benchmark does.
const entry = process.argv[2] ?? 'main.ts';
const { outputFiles } = buildSync({
  absWorkingDir: __dirname,
  entryPoints: [entry],
  bundle: true,
  write: false,
  platform: 'node',
  target: 'node20',
  packages: 'external',
  // The record's fields from their source too: the package's exports lead to what was compiled at `npm ci`.
  alias: { 'lakehouse-producer/record-fields': './producer/src/record/fields.ts' },
  sourcemap: 'inline',
  logLevel: 'error',
});
process.setSourceMapsEnabled(true);
const main = new Module(join(__dirname, entry), module);
main.filename = main.id;
main.paths = module.paths;
main._compile(outputFiles[0].text, main.filename);
