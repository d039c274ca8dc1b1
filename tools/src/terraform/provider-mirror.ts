import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { keptProvidersFolder } from './kept-providers';
import { isOpenTofu } from './terraform';

/** A provider by Terraform's name, `registry.terraform.io/hashicorp/aws`, and the exact version required, if any. */
export interface RequiredProvider {
  readonly source: string;
  /** e.g. `5.100.0`; undefined for any version, or a range that Terraform resolves. */
  readonly version?: string;
}

/** A folder for `filesystem_mirror`, and the required providers that it holds. */
export interface ProviderMirror {
  readonly path: string;
  readonly sources: readonly string[];
}

/** The registry of a source without a host: Terraform's or OpenTofu's. */
export function defaultHost(env: NodeJS.ProcessEnv = process.env): string {
  return isOpenTofu(env) ? 'registry.opentofu.org' : 'registry.terraform.io';
}

/** `aws` and `hashicorp/aws` in full: `registry.terraform.io/hashicorp/aws`, or OpenTofu's registry. */
export function fullSource(source: string, host: string = defaultHost()): string {
  const parts = source.split('/');
  if (parts.length === 1) return `${host}/hashicorp/${source}`;
  if (parts.length === 2) return `${host}/${source}`;
  return source;
}

/** Terraform's name of this platform, as in mirrors' folder names: `linux_amd64`, `darwin_arm64`. */
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

/**
 * Folders in which Terraform or OpenTofu looks for providers ("Implied Local Mirror Directories" of "CLI
 * Configuration"), its plugin cache, and providers that earlier commands kept.
 */
export function usualFolders(env: NodeJS.ProcessEnv, projectDir: string, platform = process.platform): string[] {
  const cache = env.TF_PLUGIN_CACHE_DIR === undefined ? [] : [env.TF_PLUGIN_CACHE_DIR];
  const home = env.HOME ?? os.homedir();
  return [
    path.join(projectDir, 'terraform.d/plugins'),
    ...(platform === 'win32' ? windowsFolders(env, home) : unixFolders(env, home, platform)),
    ...cache,
    path.join(home, '.terraform.d/plugin-cache'),
    keptProvidersFolder(projectDir),
  ];
}

function windowsFolders(env: NodeJS.ProcessEnv, home: string): string[] {
  const data = env.APPDATA ?? path.join(home, 'AppData/Roaming');
  return [path.join(data, 'terraform.d/plugins'), path.join(data, 'HashiCorp/Terraform/plugins')];
}

function unixFolders(env: NodeJS.ProcessEnv, home: string, platform: NodeJS.Platform): string[] {
  const mac = 'Library/Application Support/io.terraform/plugins';
  const name = isOpenTofu(env) ? 'opentofu' : 'terraform';
  const dataDirs = (env.XDG_DATA_DIRS ?? '/usr/local/share:/usr/share').split(':').filter((dir) => dir !== '');
  return [
    path.join(home, '.terraform.d/plugins'),
    ...(platform === 'darwin' ? [path.join(home, mac), path.join('/', mac)] : []),
    path.join(env.XDG_DATA_HOME ?? path.join(home, '.local/share'), `${name}/plugins`),
    ...dataDirs.map((dir) => path.join(dir, `${name}/plugins`)),
  ];
}

/**
 * Whether the disk is searched for unpacked mirrors beyond the usual folders: on Linux, where machines without a
 * network keep them in /opt or /srv. macOS asks the user for permission at each folder, and on Windows a virus scanner
 * reads each: there only LAKEHOUSE_SEARCH_DISK=yes searches; =no forbids it anywhere.
 */
export function maySearchDisk(env: NodeJS.ProcessEnv, platform = process.platform): boolean {
  const wish = env.LAKEHOUSE_SEARCH_DISK?.toLowerCase();
  return wish === undefined || wish === '' ? platform === 'linux' : wish === 'yes' || wish === 'true' || wish === '1';
}

/** Limits of the search over the disk. */
export interface SearchLimits {
  /** How many folders deep below the root. @default 4 */
  readonly depth?: number;
  /** Folders searched before giving up. @default 20000 */
  readonly folders?: number;
}

// Folders without mirrors: kernel views, devices, scratch space. Folders that anyone may write to must not provide a
// binary. Homes are private, and other volumes may be network disks that take minutes.
const SKIPPED = new Set([
  ...['home', 'root', 'Users', 'Volumes', 'Network', 'mnt', 'media', 'net', 'cores', 'private', 'System', 'Library'],
  ...['proc', 'sys', 'dev', 'run', 'tmp', 'boot', 'lost+found', 'bin', 'sbin', 'lib', 'lib32', 'lib64'],
  ...['node_modules', '.git', 'snap', 'doc', 'man', 'locale', 'zoneinfo', 'cdktf.out', '.terraform', '.npm'],
]);

/**
 * Searches the disk, breadth first, for unpacked mirrors: folders with a child named `registry.terraform.io` (or
 * another required host). Links aren't followed, and folders of other users or writable by anyone are skipped, since
 * Terraform runs the binaries in them.
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
    // The shallowest mirror with a required provider is used.
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
