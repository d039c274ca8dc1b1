import { chmodSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join, normalize, sep } from 'node:path';
import type { Cloud } from '../../core/cloud';
import { invalidParameter, invalidZip } from './errors';

/** Most bytes of an unzipped package, layers included (Lambda's page "Lambda quotas"). */
const MAX_UNZIPPED_BYTES = 262_144_000;
const MAX_FILES = 50_000;

/** Packages, each unpacked once under the digest of its bytes; functions with equal packages share one. */
export class CodeStore {
  private readonly folder: string;

  constructor(cloud: Cloud) {
    this.folder = join(cloud.options.dataDir, 'lambda');
  }

  /** Folder of an unpacked package, which functions read and never change. */
  pathOf(sha256: string): string {
    return join(this.folder, Buffer.from(sha256, 'base64').toString('hex'));
  }

  has(sha256: string): boolean {
    return existsSync(this.pathOf(sha256));
  }

  /** Path of the zipped package, as given. */
  zipOf(sha256: string): string {
    return `${this.pathOf(sha256)}.zip`;
  }

  /**
   * Unpacks a package into a temporary folder, and renames it when it is complete: a killed endpoint leaves no half
   * package in use.
   * @throws AwsError `InvalidParameterValueException` for bytes that aren't a zip file, or too large unzipped
   */
  async add(sha256: string, zip: Uint8Array): Promise<void> {
    const path = this.pathOf(sha256);
    if (existsSync(path)) return;
    const files = await unzipped(zip);
    mkdirSync(this.folder, { recursive: true });
    const making = mkdtempSync(join(this.folder, 'unpacking-'));
    for (const [name, bytes] of Object.entries(files)) {
      if (name.endsWith('/')) continue;
      const file = normalize(name);
      if (isAbsolute(file) || file === '..' || file.startsWith(`..${sep}`))
        throw invalidZip(`Lambda was not able to unzip the file: ${name} leaves the package.`);
      const target = join(making, file);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, bytes);
      chmodSync(target, 0o755);
    }
    writeFileSync(this.zipOf(sha256), zip);
    try {
      renameSync(making, path);
    } catch (error) {
      // Another function added the same package meanwhile.
      rmSync(making, { recursive: true, force: true });
      if (!existsSync(path)) throw error;
    }
  }

  remove(sha256: string): void {
    rmSync(this.pathOf(sha256), { recursive: true, force: true });
    rmSync(this.zipOf(sha256), { force: true });
  }
}

function unzipped(zip: Uint8Array): Promise<Record<string, Uint8Array>> {
  const { unzip } = require('fflate') as typeof import('fflate');
  let bytes = 0;
  let files = 0;
  return new Promise((resolve, reject) => {
    const filter = ({ originalSize }: { originalSize: number }) => {
      bytes += originalSize;
      files += 1;
      return bytes <= MAX_UNZIPPED_BYTES && files <= MAX_FILES;
    };
    unzip(zip, { filter }, (error, found) => {
      if (error !== null)
        reject(invalidParameter('Could not unzip uploaded file. Please check your file, then try to upload again.'));
      else if (bytes > MAX_UNZIPPED_BYTES)
        reject(invalidParameter(`Unzipped size must be smaller than ${MAX_UNZIPPED_BYTES} bytes`));
      else if (files > MAX_FILES) reject(invalidParameter(`The package has more than ${MAX_FILES} files.`));
      else resolve(found);
    });
  });
}
