import * as fs from 'node:fs';
import * as path from 'node:path';
import { ToolError } from '../shared/errors';
import { ExitCode } from '../shared/exit-codes';
import { asObject, type Json, type JsonObject } from '../shared/json';

/** Project, environment and files of a command; each command builds one from its flags and the environment. */
export interface CycleOptions {
  /** Folder with cdktf.json. */
  readonly projectDir: string;
  /** Environment of synth and terraform; LAKEHOUSE_ENV picks the stack. */
  readonly env: NodeJS.ProcessEnv;
  /** Stack's name. @default `lakehouse-$LAKEHOUSE_ENV`, or the only stack there is */
  readonly stack?: string;
  /** Folder that synth writes to. @default cdktf.json's `output`, else `cdktf.out` */
  readonly outDir?: string;
  /** The saved plan. @default `.lakehouse/plans/<stack>.tfplan` */
  readonly planFile?: string;
  /** State file that replaces the one in the synthesized local backend. @default the backend's own */
  readonly stateFile?: string;
  /** @default `outputs.json` in the project */
  readonly outputsFile?: string;
  /** Stream all output of terraform. @default false */
  readonly verbose?: boolean;
  /** Called with the name of a resource when it is created, changed or destroyed. */
  readonly onResource?: (line: string) => void;
  /** Called every ten seconds with the name of a resource that is still in progress. */
  readonly onWaiting?: (line: string) => void;
  /** Stops the running step. */
  readonly signal?: AbortSignal;
  /** Prints a progress line, apart from the command's result. */
  readonly log: (line: string) => void;
}

/** The parts of cdktf.json that are read. */
export interface CdktfConfig {
  readonly app: string;
  readonly outDir: string;
  readonly context: JsonObject;
}

/** Reads cdktf.json. @throws ToolError if the folder isn't a cdktf project */
export function readCdktfConfig(projectDir: string): CdktfConfig {
  const file = path.join(projectDir, 'cdktf.json');
  if (!fs.existsSync(file)) {
    throw new ToolError(`no cdktf.json in ${projectDir}: run this in the project's folder.`, ExitCode.prerequisite);
  }
  const config = asObject(JSON.parse(fs.readFileSync(file, 'utf8')) as Json);
  if (typeof config.app !== 'string') throw new ToolError('cdktf.json names no "app" command.', ExitCode.prerequisite);
  const outDir = typeof config.output === 'string' ? config.output : 'cdktf.out';
  return { app: config.app, outDir, context: asObject(config.context) };
}
