import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A tarball as `npm pack --json` describes it. */
export interface Packed {
  readonly filename: string;
  /** Bytes of the tarball. */
  readonly size: number;
  readonly files: readonly { readonly path: string }[];
}

/** Packs a workspace into a folder. npm 12 answers with an object by package's name, npm 11 with an array. */
export async function pack(workspace: string, folder: string): Promise<Packed> {
  const args = ['pack', '--json', '--loglevel=error', '--pack-destination', folder];
  const cwd = join(__dirname, '../..', workspace);
  const { stdout } = await promisify(execFile)('npm', args, { cwd, maxBuffer: 1 << 26 });
  const [packed] = Object.values(JSON.parse(stdout.slice(stdout.search(/^[[{]/m))) as Record<string, Packed>);
  if (packed === undefined) throw new Error(`npm pack made no tarball of ${workspace}.`);
  return packed;
}
