import * as fs from 'node:fs';
import * as path from 'node:path';

/** Folder of a project in which downloaded providers are kept; laid out as a mirror. */
export function keptProvidersFolder(projectDir: string): string {
  return path.join(projectDir, '.lakehouse', 'providers');
}

/**
 * Keeps the providers that `terraform init` downloaded into a working directory, so that the next one (the demo and the
 * tests each have their own) installs them from there. What init merely linked to, a mirror or a cache, is passed over.
 */
export function keepProviders(workdir: string, projectDir: string): void {
  const installed = path.join(workdir, '.terraform', 'providers');
  for (const package_ of packagesIn(installed)) {
    const kept = path.join(keptProvidersFolder(projectDir), package_);
    if (fs.existsSync(kept)) continue;
    // Filled aside and renamed: a provider cut short by Ctrl-C must never be taken for whole.
    const aside = `${kept}.${process.pid}`;
    fs.rmSync(aside, { recursive: true, force: true });
    fs.mkdirSync(path.dirname(kept), { recursive: true });
    fs.cpSync(path.join(installed, package_), aside, { recursive: true, mode: fs.constants.COPYFILE_FICLONE });
    try {
      fs.renameSync(aside, kept);
    } catch {
      // Another command was faster.
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
