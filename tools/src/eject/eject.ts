import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { readCdktfConfig } from '../cycle/project';
import { Refusal, ToolError } from '../shared/errors';
import { asObject, type Json } from '../shared/json';
import { terraform, terraformFailed } from '../terraform/terraform';
import { repairHcl, withoutLocalBackend } from './repair-hcl';

export interface EjectOptions {
  /** Folder with cdktf.json. */
  readonly projectDir: string;
  /** Environment of the app; LAKEHOUSE_ENV picks the stack. */
  readonly env: NodeJS.ProcessEnv;
  /** Folder of the configuration. @default `ejected/<stack>` in the project */
  readonly outDir?: string;
  /** Replace an existing configuration. @default false */
  readonly overwrite?: boolean;
}

/** Files that were written. */
export interface Ejected {
  readonly stack: string;
  readonly folder: string;
  /** State file to move along, if the stack's state is local and exists. */
  readonly state?: string;
}

/**
 * Writes the app's one stack as plain, formatted Terraform: the output of `cdktf synth --hcl`, repaired where Terraform
 * would refuse it. Addresses are those of the CDKTF stack, so its state stays in use. Provider versions stay pinned.
 */
export async function eject(options: EjectOptions): Promise<Ejected> {
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'lakehouse-eject-'));
  try {
    await synthesizeHcl(options, scratch);
    const manifest = asObject(JSON.parse(fs.readFileSync(path.join(scratch, 'manifest.json'), 'utf8')) as Json);
    const [stack] = Object.keys(asObject(manifest.stacks));
    if (stack === undefined) throw new ToolError('the app has no stack.');
    const { synthesizedStackPath } = asObject(asObject(manifest.stacks)[stack]);
    const hcl = fs.readFileSync(path.join(scratch, String(synthesizedStackPath)), 'utf8');
    const folder = path.resolve(options.projectDir, options.outDir ?? path.join('ejected', stack));
    const file = path.join(folder, 'main.tf');
    if (fs.existsSync(file) && options.overwrite !== true) {
      throw new Refusal(`${file} is there already; --overwrite replaces it.`);
    }
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(file, withoutLocalBackend(repairHcl(hcl)));
    // The functions' packages, which the configuration names by paths relative to itself.
    const assets = path.join(scratch, path.dirname(String(synthesizedStackPath)), 'assets');
    if (fs.existsSync(assets)) fs.cpSync(assets, path.join(folder, 'assets'), { recursive: true });
    const args = ['fmt', 'main.tf'];
    const formatted = await terraform(args, { workdir: folder, env: options.env });
    if (formatted.code !== 0) throw terraformFailed(args, formatted);
    const state = path.join(options.projectDir, `terraform.${stack}.tfstate`);
    return { stack, folder, ...(hcl.includes('backend "local"') && fs.existsSync(state) && { state }) };
  } finally {
    fs.rmSync(scratch, { recursive: true, force: true });
  }
}

/** Runs the app as `cdktf synth --hcl` does, without `terraform fmt`, which would spoil the text before the repair. */
function synthesizeHcl({ projectDir, env }: EjectOptions, outDir: string): Promise<void> {
  const { app } = readCdktfConfig(projectDir);
  return new Promise((resolve, reject) => {
    const child = spawn(app, {
      shell: true,
      cwd: projectDir,
      env: { ...env, SYNTH_HCL_OUTPUT: 'true', CDKTF_OUTDIR: outDir, CHECKPOINT_DISABLE: '1' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString('utf8');
    });
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve() : reject(new ToolError(said.trim()))));
  });
}
