import {
  accessSync,
  chmodSync,
  constants,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepProviders } from './kept-providers';
import { maySearchDisk, mirrorHolds, platformName, searchDisk, usualFolders } from './provider-mirror';
import { setUpProviders } from './provider-step';

const aws = { source: 'hashicorp/aws', version: '5.100.0' };
let root: string;
let project: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'mirrors-'));
  project = join(root, 'project');
  mkdirSync(project);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function mirror(...path: string[]): string {
  const folder = join(root, ...path);
  const target = join(folder, 'registry.terraform.io/hashicorp/aws/5.100.0', platformName());
  mkdirSync(target, { recursive: true });
  writeFileSync(join(target, 'terraform-provider-aws_v5.100.0_x5'), '');
  return folder;
}

const setUp = (env: NodeJS.ProcessEnv) =>
  setUpProviders({
    providers: [aws],
    projectDir: project,
    env: { HOME: join(root, 'home'), ...env },
    searchRoot: join(root, 'disk'),
  });
const configuration = (env: Readonly<Record<string, string | undefined>>) =>
  readFileSync(env.TF_CLI_CONFIG_FILE ?? '', 'utf8');

test('the named mirror comes first, and one without the provider is an error', () => {
  mirror('disk', 'a');
  const named = mirror('named');
  const { env, mode } = setUp({ LAKEHOUSE_PROVIDER_MIRROR: named });
  expect(mode).toBe('mirror');
  expect(configuration(env)).toContain(`path    = "${named}"`);
  expect(configuration(env)).toContain('exclude = ["registry.terraform.io/hashicorp/aws"]');
  expect(() => setUp({ LAKEHOUSE_PROVIDER_MIRROR: project })).toThrow(
    /holds no registry.terraform.io\/hashicorp\/aws 5.100.0/,
  );
});

test("Terraform's usual folders and the plugin cache come before the disk", () => {
  mirror('disk', 'a');
  const cache = mirror('cache');
  expect(setUp({ TF_PLUGIN_CACHE_DIR: cache }).mirrors).toMatchObject([{ path: cache }]);
  // No cache: Terraform refuses to install the mirror into itself.
  expect(setUp({ TF_PLUGIN_CACHE_DIR: cache }).env).toHaveProperty('TF_PLUGIN_CACHE_DIR', undefined);
  const usual = mirror('home', '.terraform.d', 'plugins');
  expect(setUp({ TF_PLUGIN_CACHE_DIR: cache }).mirrors).toMatchObject([{ path: usual }]);
});

test('an unpacked mirror on the disk is found, but not where anyone may write, in scratch space, or too deep', () => {
  const open = mirror('disk', 'open');
  chmodSync(open, 0o777);
  mirror('disk', 'tmp', 'a');
  mirror('disk', '1', '2', '3', '4', '5', '6');
  expect(setUp({}).mode).toBe('download');
  const found = mirror('disk', 'srv', 'mirror');
  expect(searchDisk(join(root, 'disk'), [aws])).toEqual([found]);
});

test('what terraform downloaded for one folder is kept whole for the next; what it only linked to is not', () => {
  const installed = join(root, 'work', '.terraform', 'providers', 'registry.terraform.io/hashicorp');
  const target = join(installed, 'aws/5.100.0', platformName());
  mkdirSync(target, { recursive: true });
  writeFileSync(join(target, 'terraform-provider-aws_v5.100.0_x5'), 'binary', { mode: 0o755 });
  mkdirSync(join(installed, 'linked/1.0.0'), { recursive: true });
  symlinkSync(target, join(installed, 'linked/1.0.0', platformName()));
  expect(setUp({}).mode).toBe('download');
  keepProviders(join(root, 'work'), project);
  keepProviders(join(root, 'work'), project);
  const kept = join(project, '.lakehouse', 'providers');
  expect(setUp({})).toMatchObject({ mode: 'mirror', mirrors: [{ path: kept }] });
  const files = readdirSync(kept, { recursive: true, withFileTypes: true }).filter((entry) => !entry.isDirectory());
  expect(files.map(({ name }) => name)).toEqual(['terraform-provider-aws_v5.100.0_x5']);
  accessSync(
    join(kept, 'registry.terraform.io/hashicorp/aws/5.100.0', platformName(), files[0]?.name ?? ''),
    constants.X_OK,
  );
});

test('packed archives count, other versions and platforms do not', () => {
  const home = join(root, 'packed', 'registry.terraform.io/hashicorp/aws');
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, `terraform-provider-aws_5.100.0_${platformName()}.zip`), '');
  expect(mirrorHolds(join(root, 'packed'), aws)).toBe(true);
  expect(mirrorHolds(join(root, 'packed'), { ...aws, version: '5.10' })).toBe(false);
  expect(mirrorHolds(join(root, 'packed'), aws, 'plan9_mips')).toBe(false);
});

test("the user's own installation settings are left alone; a file that isn't there is no noise", () => {
  mirror('disk', 'a');
  const own = join(root, 'own.rc');
  writeFileSync(own, 'provider_installation {\n  direct {}\n}\n');
  expect(setUp({ TF_CLI_CONFIG_FILE: own })).toMatchObject({ mode: 'user', env: {} });
  writeFileSync(own, 'credentials "x" {\n  token = "t"\n}\n');
  expect(configuration(setUp({ TF_CLI_CONFIG_FILE: own, XDG_DATA_HOME: 'other' }).env)).toContain('credentials "x"');
  rmSync(join(root, 'disk'), { recursive: true });
  const gone = setUp({ TF_CLI_CONFIG_FILE: join(root, 'gone.rc') });
  expect(gone.mode).toBe('download');
  expect('TF_CLI_CONFIG_FILE' in gone.env && gone.env.TF_CLI_CONFIG_FILE === undefined).toBe(true);
});

test('the disk is searched on Linux alone unless asked, and never in homes or other volumes', () => {
  expect(['linux', 'darwin', 'win32'].map((platform) => maySearchDisk({}, platform as NodeJS.Platform))).toEqual([
    true,
    false,
    false,
  ]);
  expect(maySearchDisk({ LAKEHOUSE_SEARCH_DISK: 'yes' }, 'darwin')).toBe(true);
  expect(maySearchDisk({ LAKEHOUSE_SEARCH_DISK: 'no' }, 'linux')).toBe(false);
  for (const private_ of ['home/me', 'Users/me', 'Volumes/stick', 'mnt/share', 'root'])
    mirror('disk', ...private_.split('/'));
  expect(searchDisk(join(root, 'disk'), [aws])).toEqual([]);
  expect(setUp({ LAKEHOUSE_SEARCH_DISK: 'no' }).mode).toBe('download');
});

test("each platform's own folders are looked in", () => {
  const env = { HOME: '/home/me', APPDATA: 'C:/Users/me/AppData/Roaming' };
  expect(usualFolders(env, project, 'darwin')).toContain('/Library/Application Support/io.terraform/plugins');
  expect(usualFolders(env, project, 'darwin')).toContain('/home/me/Library/Application Support/io.terraform/plugins');
  expect(usualFolders(env, project, 'win32')).toContain('C:/Users/me/AppData/Roaming/terraform.d/plugins');
  expect(usualFolders({ ...env, TERRAFORM_BINARY_NAME: '/opt/tofu' }, project, 'linux')).toContain(
    '/home/me/.local/share/opentofu/plugins',
  );
});

test("OpenTofu takes its providers from its own registry's folder", () => {
  const folder = join(root, 'tofu');
  const target = join(folder, 'registry.opentofu.org/hashicorp/aws/5.100.0', platformName());
  mkdirSync(target, { recursive: true });
  writeFileSync(join(target, 'terraform-provider-aws_v5.100.0_x5'), '');
  process.env.TERRAFORM_BINARY_NAME = 'tofu';
  try {
    const { env } = setUp({ LAKEHOUSE_PROVIDER_MIRROR: folder, TERRAFORM_BINARY_NAME: 'tofu' });
    expect(configuration(env)).toContain('include = ["registry.opentofu.org/hashicorp/aws"]');
  } finally {
    delete process.env.TERRAFORM_BINARY_NAME;
  }
  expect(() => setUp({ LAKEHOUSE_PROVIDER_MIRROR: folder })).toThrow(/holds no registry.terraform.io/);
});
