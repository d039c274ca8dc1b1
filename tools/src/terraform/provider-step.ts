import * as fs from 'node:fs';
import * as path from 'node:path';
import { ToolError } from '../shared/errors';
import { ExitCode } from '../shared/exit-codes';
import {
  fullSource,
  maySearchDisk,
  mirrorHolds,
  type ProviderMirror,
  type RequiredProvider,
  searchDisk,
  usualFolders,
} from './provider-mirror';
import { isOpenTofu } from './terraform';

/** Decision of the provider step. */
export interface ProviderSetup {
  /**
   * Environment of every terraform call: TF_CLI_CONFIG_FILE, or nothing. A value of undefined unsets the variable:
   * TF_PLUGIN_CACHE_DIR if the cache is the mirror, since Terraform refuses to install a folder into itself.
   */
  readonly env: Readonly<Record<string, string | undefined>>;
  /**
   * Source of the providers. `user`: the user's own CLI configuration; `mirror`: found on disk; `download`: the
   * registry.
   */
  readonly mode: 'user' | 'mirror' | 'download';
  readonly mirrors: readonly ProviderMirror[];
}

export interface ProviderStepOptions {
  readonly providers: readonly RequiredProvider[];
  /** Folder of the project; the CLI configuration is written to its `.lakehouse/`. */
  readonly projectDir: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Root of the search over the disk. @default "/" */
  readonly searchRoot?: string;
}

// Searches of this process by root: each reads thousands of folders.
const searches = new Map<string, readonly string[]>();

/**
 * Finds a source of the providers without a registry, and writes a CLI configuration for it. In order: the user's own
 * CLI configuration if it configures installation, LAKEHOUSE_PROVIDER_MIRROR, Terraform's usual folders and plugin
 * cache, earlier downloads, unpacked mirrors on the disk. If none holds a provider, Terraform downloads it.
 */
export function setUpProviders(options: ProviderStepOptions): ProviderSetup {
  return decide({ env: process.env, searchRoot: path.parse(process.cwd()).root, ...options });
}

function decide(options: Required<ProviderStepOptions>): ProviderSetup {
  const { env, projectDir } = options;
  const named = env.LAKEHOUSE_PROVIDER_MIRROR;
  if (named === undefined && userConfiguresInstallation(env)) return { env: {}, mode: 'user', mirrors: [] };
  const mirrors = findMirrors(options, named);
  // A missing CLI configuration makes Terraform warn on every call.
  const missing = env.TF_CLI_CONFIG_FILE !== undefined && !isReadable(env.TF_CLI_CONFIG_FILE);
  if (mirrors.length === 0) {
    return { env: missing ? { TF_CLI_CONFIG_FILE: undefined } : {}, mode: 'download', mirrors };
  }
  const file = path.join(projectDir, '.lakehouse', 'terraform.rc');
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const content = cliConfiguration(mirrors, missing ? undefined : userConfiguration(env));
  // Written aside and renamed, so that another command's terraform never reads half a file.
  const aside = `${file}.${process.pid}`;
  fs.writeFileSync(aside, content, { mode: 0o600 });
  fs.renameSync(aside, file);
  const cache = env.TF_PLUGIN_CACHE_DIR;
  const isMirror = cache !== undefined && mirrors.some((mirror) => path.resolve(cache) === path.resolve(mirror.path));
  const variables = { TF_CLI_CONFIG_FILE: file, ...(isMirror && { TF_PLUGIN_CACHE_DIR: undefined }) };
  return { env: variables, mode: 'mirror', mirrors };
}

function findMirrors(options: Required<ProviderStepOptions>, named: string | undefined): ProviderMirror[] {
  const { providers, env, projectDir } = options;
  if (named !== undefined) {
    const mirror = asMirror(path.resolve(named), providers);
    if (mirror !== undefined) return [mirror];
    const wanted = providers.map((p) => [fullSource(p.source), p.version].filter(Boolean).join(' ')).join(', ');
    throw new ToolError(`LAKEHOUSE_PROVIDER_MIRROR (${named}) holds no ${wanted}.`, ExitCode.prerequisite);
  }
  const found: ProviderMirror[] = [];
  const missing = () => providers.filter((p) => !found.some((m) => m.sources.includes(fullSource(p.source))));
  const add = (folder: string) => {
    const mirror = asMirror(folder, missing());
    if (mirror !== undefined) found.push(mirror);
  };
  usualFolders(env, projectDir).forEach(add);
  if (missing().length > 0 && maySearchDisk(env)) searched(options.searchRoot, missing()).forEach(add);
  return found;
}

function searched(root: string, providers: readonly RequiredProvider[]): readonly string[] {
  const key = JSON.stringify([root, providers]);
  const found = searches.get(key) ?? searchDisk(root, providers);
  searches.set(key, found);
  return found;
}

function asMirror(folder: string, providers: readonly RequiredProvider[]): ProviderMirror | undefined {
  const sources = providers.filter((p) => mirrorHolds(folder, p)).map((p) => fullSource(p.source));
  return sources.length === 0 ? undefined : { path: folder, sources };
}

/** Text of a CLI configuration that installs the found providers from disk and all others directly. */
export function cliConfiguration(mirrors: readonly ProviderMirror[], existing = ''): string {
  const list = (sources: readonly string[]) => `[${sources.map((source) => JSON.stringify(source)).join(', ')}]`;
  const blocks = mirrors.map(
    (mirror) =>
      `  filesystem_mirror {\n    path    = ${JSON.stringify(mirror.path)}\n    include = ${list(mirror.sources)}\n  }\n`,
  );
  const direct = `  direct {\n    exclude = ${list(mirrors.flatMap((mirror) => mirror.sources))}\n  }\n`;
  return `${existing === '' ? '' : `${existing.trimEnd()}\n\n`}provider_installation {\n${blocks.join('')}${direct}}\n`;
}

function userConfigFile(env: NodeJS.ProcessEnv): string | undefined {
  if (env.TF_CLI_CONFIG_FILE !== undefined) return env.TF_CLI_CONFIG_FILE;
  if (process.platform === 'win32') return env.APPDATA && path.join(env.APPDATA, 'terraform.rc');
  if (env.HOME === undefined) return undefined;
  const own = isOpenTofu(env) ? path.join(env.HOME, '.tofurc') : undefined;
  return own !== undefined && isReadable(own) ? own : path.join(env.HOME, '.terraformrc');
}

function userConfiguration(env: NodeJS.ProcessEnv): string | undefined {
  const file = userConfigFile(env);
  return file !== undefined && isReadable(file) ? fs.readFileSync(file, 'utf8') : undefined;
}

function userConfiguresInstallation(env: NodeJS.ProcessEnv): boolean {
  return /^\s*(provider_installation|dev_overrides)\b/m.test(userConfiguration(env) ?? '');
}

function isReadable(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.R_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}
