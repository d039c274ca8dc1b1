// The app of cdktf.json: main.ts and the stacks, bundled in memory from their sources and run at once. Nothing is
// type-checked on the way (`tsc -b` does that) and nothing compiled is kept, so that no stale code is synthesized.
const Module = require('node:module');
const { join } = require('node:path');
const { buildSync } = require('esbuild');

// No check for a newer cdktf at HashiCorp: a machine without a network would wait for it.
process.env.CHECKPOINT_DISABLE ??= '1';

// Path of another app, for the benchmark.
const entry = process.argv[2] ?? 'main.ts';
const { outputFiles } = buildSync({
  absWorkingDir: __dirname,
  entryPoints: [entry],
  bundle: true,
  write: false,
  platform: 'node',
  target: 'node20',
  packages: 'external',
  // The record's fields from their source: the package's exports are compiled files of the last `npm ci`.
  alias: { 'lakehouse-producer/record-fields': './producer/src/record/fields.ts' },
  sourcemap: 'inline',
  logLevel: 'error',
});
process.setSourceMapsEnabled(true);
const main = new Module(join(__dirname, entry), module);
main.filename = main.id;
main.paths = module.paths;
main._compile(outputFiles[0].text, main.filename);
