import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { App, AssetType, TerraformAsset } from 'cdktf';
import { Construct } from 'constructs';
import { zipSync } from 'fflate';
import { ConfigError } from '../config/config-error';

/** The runtime that AWS supports longest, among those that the provider's version accepts ("Lambda runtimes"). */
const RUNTIME = 'nodejs22.x';

/**
 * The package of a consumer's function: its folder's `index.ts` with all imports, bundled and zipped. The same sources
 * make the same bytes on every machine at any time; otherwise every plan would show a change.
 */
export class ConsumerCode extends Construct {
  /** Path of the zip file, relative to Terraform's working directory. */
  readonly path: string;
  /** SHA-256 of the zip file in base64, as Lambda calculates it. */
  readonly sha256: string;

  /** @param name folder in `consumers/`, or below it. @throws ConfigError if there is none with an `index.ts`. */
  constructor(scope: Construct, id: string, name: string) {
    super(scope, id);
    const zip = zipSync({ 'index.js': [bundle(name), ZIP_ENTRY] });
    const file = join(App.of(this).outdir, 'consumers', `${name}.zip`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, zip);
    this.path = new TerraformAsset(this, 'this', { path: file, type: AssetType.FILE }).path;
    this.sha256 = createHash('sha256').update(zip).digest('base64');
  }

  /** Settings of a function that runs this package. */
  get settings() {
    return {
      runtime: RUNTIME,
      // Arm64: a fifth cheaper than x86_64 for the same work ("AWS Lambda pricing"), and JavaScript runs on both.
      architectures: ['arm64'],
      handler: 'index.handler',
      filename: this.path,
      sourceCodeHash: this.sha256,
    };
  }
}

/**
 * Attributes of an archive's entry. A ZIP archive's times are local times: this one has the same fields in every time
 * zone. Lambda needs world-readable files, which host system 3 (Unix) and these mode bits state.
 */
const ZIP_ENTRY = { mtime: new Date(2000, 0, 1), level: 9, os: 3, attrs: 0o100644 << 16 } as const;

function bundle(name: string): Uint8Array {
  const folder = consumersFolder();
  const entry = join(folder, name, 'index.ts');
  if (!existsSync(entry)) {
    const known = readdirSync(folder).filter((each) => existsSync(join(folder, each, 'index.ts')));
    const rule = `names no folder of consumers/ with an index.ts: there are ${known.join(', ')}`;
    throw new ConfigError([{ key: 'consumers', value: name, rule }]);
  }
  // Lazy import: stacks without consumers don't need esbuild.
  const { buildSync } = require('esbuild') as typeof import('esbuild');
  const { outputFiles } = buildSync({
    absWorkingDir: folder,
    entryPoints: [entry],
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    minify: true,
    // Source names of functions: stack traces and Lambda's errors would otherwise show minified ones.
    keepNames: true,
    logLevel: 'error',
  });
  const [output] = outputFiles;
  if (output === undefined) throw new Error(`esbuild made nothing of ${entry}.`);
  return output.contents;
}

/** The project's folder `consumers/`, found from the sources and from the bundle that `synth.js` runs. */
function consumersFolder(): string {
  for (let folder = __dirname; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'cdktf.json'))) return join(folder, 'consumers');
    if (folder === dirname(folder)) throw new Error(`There is no cdktf.json above ${__dirname}.`);
  }
}
