import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { keptProvidersFolder } from './kept-providers';

/** A provider as Terraform names it: `registry.terraform.io/hashicorp/aws`, and the version wanted, if exact. */
export interface RequiredProvider {
  readonly source: string;
  /** e.g. `5.100.0`; undefined when any version (or a range that Terraform resolves) will do. */
  readonly version?: string;
}

/** A folder that `filesystem_mirror` can point to, and which of the required providers it holds. */
export interface ProviderMirror {
  readonly path: string;
  readonly sources: readonly string[];
}

const DEFAULT_HOST = 'registry.terraform.io';

/** `aws` and `hashicorp/aws` in full: `registry.terraform.io/hashicorp/aws`. */
export function fullSource(source: string): string {
  const parts = source.split('/');
  if (parts.length === 1) return `${DEFAULT_HOST}/hashicorp/${source}`;
  if (parts.length === 2) return `${DEFAULT_HOST}/${source}`;
  return source;
}

/** Terraform's name of this machine, as in mirrors' folder names: `linux_amd64`, `darwin_arm64`. */
export function platformName(platform: string = process.platform, arch: string = process.arch): string {
  const goArch: Record<string, string> = { x64: 'amd64', ia32: '386', arm64: 'arm64', arm: 'arm' };
  return `${platform === 'win32' ? 'windows' : platform}_${goArch[arch] ?? arch}`;
}

/**
 * Whether a folder is a mirror that holds the provider for this platform, unpacked
 * (`HOST/NAMESPACE/TYPE/VERSION/TARGET/`) or packed (`HOST/NAMESPACE/TYPE/terraform-provider-TYPE_VERSION_TARGET.zip`):
 * the two layouts of Terraform's "CLI Configuration", section "Explicit Installation Method Configuration".
 */
export function mirrorHolds(folder: string, provider: RequiredProvider, platform: string = platformName()): boolean {
  const source = fullSource(provider.source);
  const home = path.join(folder, ...source.split('/'));
  const type = source.split('/')[2] ?? '';
  const entries = listing(home);
  const versions = provider.version === undefined ? entries : [provider.version];
  if (versions.some((version) => listing(path.join(home, version, platform)).length > 0)) return true;
  const prefix = `terraform-provider-${type}_${provider.version === undefined ? '' : `${provider.version}_`}`;
  return entries.some((file) => file.startsWith(prefix) && file.endsWith(`_${platform}.zip`));
}

/** Folders in which Terraform itself looks for providers, its plugin cache, and what earlier commands kept. */
export function usualFolders(env: NodeJS.ProcessEnv, projectDir: string): string[] {
  const home = env.HOME ?? os.homedir();
  const dataDirs = (env.XDG_DATA_DIRS ?? '/usr/local/share:/usr/share').split(':');
  return [
    path.join(projectDir, 'terraform.d/plugins'),
    path.join(home, '.terraform.d/plugins'),
    path.join(env.XDG_DATA_HOME ?? path.join(home, '.local/share'), 'terraform/plugins'),
    ...dataDirs.filter((dir) => dir !== '').map((dir) => path.join(dir, 'terraform/plugins')),
    ...(env.TF_PLUGIN_CACHE_DIR === undefined ? [] : [env.TF_PLUGIN_CACHE_DIR]),
    path.join(home, '.terraform.d/plugin-cache'),
    keptProvidersFolder(projectDir),
  ];
}

/** Bounds of the search over the disk. */
export interface SearchLimits {
  /** How many folders deep below the root. @default 4 */
  readonly depth?: number;
  /** Folders looked at before giving up. @default 20000 */
  readonly folders?: number;
}

// Kernel views, devices and scratch space hold no mirror; whatever anyone may write to must not provide a binary.
const SKIPPED = new Set([
  ...['proc', 'sys', 'dev', 'run', 'tmp', 'boot', 'lost+found', 'bin', 'sbin', 'lib', 'lib32', 'lib64'],
  ...['node_modules', '.git', 'snap', 'doc', 'man', 'locale', 'zoneinfo', 'cdktf.out', '.terraform', '.npm'],
]);

/**
 * Searches the disk, breadth first, for unpacked mirrors: folders with a child named `registry.terraform.io` (or another
 * required host). Links aren't followed, and folders of other users or writable by anyone are passed over, since
 * Terraform runs what it finds there.
 */
export function searchDisk(root: string, providers: readonly RequiredProvider[], limits: SearchLimits = {}): string[] {
  const depth = limits.depth ?? 4;
  let budget = limits.folders ?? 20_000;
  const hosts = new Set(providers.map((provider) => fullSource(provider.source).split('/')[0]));
  const found: string[] = [];
  let level = [root];
  for (let below = 0; below <= depth && level.length > 0; below++) {
    const next: string[] = [];
    for (const folder of level) {
      if (budget-- <= 0) return found;
      for (const entry of childFolders(folder)) {
        if (hosts.has(entry) && isTrusted(folder)) found.push(folder);
        else if (!SKIPPED.has(entry)) next.push(path.join(folder, entry));
      }
    }
    // The shallowest mirror that holds something wanted is the one meant to be found.
    const holding = found.filter((folder) => providers.some((provider) => mirrorHolds(folder, provider)));
    if (providers.every((provider) => holding.some((folder) => mirrorHolds(folder, provider)))) return holding;
    level = next;
  }
  return found;
}

function isTrusted(folder: string): boolean {
  try {
    const stat = fs.statSync(folder);
    const uid = process.getuid?.();
    const worldWritable = (stat.mode & 0o002) !== 0;
    return !worldWritable && (uid === undefined || stat.uid === 0 || stat.uid === uid);
  } catch {
    return false;
  }
}

function childFolders(folder: string): string[] {
  try {
    return fs
      .readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
  } catch {
    return [];
  }
}

function listing(folder: string): string[] {
  try {
    return fs.readdirSync(folder);
  } catch {
    return [];
  }
}
