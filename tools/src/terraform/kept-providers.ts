import * as fs from 'node:fs';
import * as path from 'node:path';

/** Folder of a project's downloaded providers, laid out as a mirror. */
export function keptProvidersFolder(projectDir: string): string {
  return path.join(projectDir, '.lakehouse', 'providers');
}

/**
 * Keeps the providers that `terraform init` downloaded into a working directory, so that the next one (the demo and the
 * tests each have their own) installs them from there. Links to a mirror or a cache are skipped.
 */
export function keepProviders(workdir: string, projectDir: string): void {
  const installed = path.join(workdir, '.terraform', 'providers');
  for (const package_ of packagesIn(installed)) {
    const kept = path.join(keptProvidersFolder(projectDir), package_);
    if (fs.existsSync(kept)) continue;
    // Written aside and renamed: a copy interrupted by Ctrl-C must not pass for a whole provider.
    const aside = `${kept}.${process.pid}`;
    fs.rmSync(aside, { recursive: true, force: true });
    fs.mkdirSync(path.dirname(kept), { recursive: true });
    fs.cpSync(path.join(installed, package_), aside, { recursive: true, mode: fs.constants.COPYFILE_FICLONE });
    try {
      fs.renameSync(aside, kept);
    } catch {
      // Another command has just kept the same provider.
      fs.rmSync(aside, { recursive: true, force: true });
    }
  }
}

/** Paths of `HOST/NAMESPACE/TYPE/VERSION/TARGET` below a folder, links left out. */
function packagesIn(folder: string, depth = 5): string[] {
  if (depth === 0) return [''];
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => packagesIn(path.join(folder, name), depth - 1).map((below) => path.join(name, below)));
}
