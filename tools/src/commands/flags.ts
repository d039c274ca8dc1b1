import * as fs from 'node:fs';
import { Command } from 'commander';
import { checkWorkload, DEFAULT_PACK_BYTES, DEFAULT_WORKLOAD, type Workload } from '../capacity/workload';
import { cycleEnvironment } from '../cycle/environment';
import type { CycleOptions } from '../cycle/project';
import { toSummary, toTerminal } from '../review/formats/terminal';
import { GATE_NAMES } from '../review/gates';
import type { Review } from '../review/model';
import { acceptanceOf } from '../review/review';
import { ToolError } from '../shared/errors';
import { ExitCode } from '../shared/exit-codes';

/** Flags that plan, review, apply and destroy share. */
export interface CycleFlags {
  readonly stack?: string;
  readonly planFile?: string;
  readonly synthOut?: string;
  readonly state?: string;
  readonly outputsFile?: string;
  readonly verbose?: boolean;
}

/** A command with the cycle's flags. */
export function cycleCommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .option('--stack <name>', 'the stack (default: lakehouse-$LAKEHOUSE_ENV)')
    .option('--plan-file <file>', 'the saved plan (default: .lakehouse/plans/<stack>.tfplan)')
    .option('--synth-out <folder>', "where the app is synthesized to (default: cdktf.json's output)")
    .option('--state <file>', "state file instead of the stack's own (local backend only)")
    .option('--outputs-file <file>', 'where outputs are written (default: outputs.json)')
    .option('-v, --verbose', 'show all that terraform says');
}

/** The cycle's options from flags and environment, for the project in the current folder. */
export function cycleOptions(flags: CycleFlags): CycleOptions {
  return {
    projectDir: process.cwd(),
    env: cycleEnvironment(process.env),
    log: (line) => console.error(line),
    ...(flags.stack !== undefined && { stack: flags.stack }),
    ...(flags.planFile !== undefined && { planFile: flags.planFile }),
    ...(flags.synthOut !== undefined && { outDir: flags.synthOut }),
    ...(flags.state !== undefined && { stateFile: flags.state }),
    ...(flags.outputsFile !== undefined && { outputsFile: flags.outputsFile }),
    ...(flags.verbose === true && { verbose: true }),
  };
}

/** Flags of a workload. */
export interface WorkloadFlags {
  readonly recordsPerSecond?: number;
  readonly recordBytes?: number;
  readonly queriesPerDay?: number;
  readonly pack?: boolean | string;
}

/** Adds the workload's flags to a command. */
export function withWorkload(command: Command): Command {
  const { recordsPerSecond, recordBytes, queriesPerDay } = DEFAULT_WORKLOAD;
  return command
    .option('--records-per-second <n>', 'documents a second', Number, recordsPerSecond)
    .option('--record-bytes <n>', 'bytes of a document', Number, recordBytes)
    .option('--queries-per-day <n>', 'Athena queries a day', Number, queriesPerDay)
    .option('--pack [bytes]', `pack documents into records of up to this many bytes (alone: ${DEFAULT_PACK_BYTES})`);
}

/** The workload that the flags state. @throws ToolError if no stream can carry it */
export function workloadOf(flags: WorkloadFlags): Workload {
  const { pack } = flags;
  const packBytes = pack === true ? DEFAULT_PACK_BYTES : typeof pack === 'string' ? Number(pack) : undefined;
  return checkWorkload({
    recordsPerSecond: flags.recordsPerSecond ?? DEFAULT_WORKLOAD.recordsPerSecond,
    recordBytes: flags.recordBytes ?? DEFAULT_WORKLOAD.recordBytes,
    queriesPerDay: flags.queriesPerDay ?? DEFAULT_WORKLOAD.queriesPerDay,
    ...(packBytes !== undefined && { packBytes }),
  });
}

/** Adds `--fail-on`, repeatable. */
export function withGates(command: Command): Command {
  const collect = (value: string, all: string[]) => [...all, value];
  return command.option(
    '--fail-on <gates>',
    `refuse on ${GATE_NAMES}; repeatable, or separated by commas`,
    collect,
    [],
  );
}

/** Options of the review from the project and the flags. */
export function reviewOptionsOf(projectDir: string, flags: WorkloadFlags) {
  return { workload: workloadOf(flags), acceptance: acceptanceOf(projectDir) };
}

/** Prints a running apply's progress: finished resources, and at a terminal the ones still waited for. */
export function applyProgress(flags: CycleFlags): Pick<CycleOptions, 'onResource' | 'onWaiting'> {
  if (flags.verbose === true) return {};
  const say = (line: string) => console.error(`  ${line}`);
  return { onResource: say, ...(process.stderr.isTTY === true && { onWaiting: say }) };
}

/** Prints a review, in colour on a terminal; on stderr where stdout holds another result. */
export function printReview(
  review: Review,
  kind: 'summary' | 'whole',
  { full = false, to = process.stdout }: { full?: boolean; to?: NodeJS.WriteStream } = {},
): void {
  const color = to.isTTY === true && process.env.NO_COLOR === undefined;
  to.write(kind === 'summary' ? toSummary(review, { color }) : toTerminal(review, { color, full }));
}

/** SQL from the argument, a file or stdin. */
export function sqlOf(sql: string | undefined, file: string | undefined): string {
  if (sql !== undefined && file !== undefined) throw new ToolError('give SQL or --file, not both.', ExitCode.usage);
  if (file !== undefined) return fs.readFileSync(file, 'utf8');
  if (sql !== undefined && sql !== '-') return sql;
  if (process.stdin.isTTY) throw new ToolError('give SQL, --file FILE, or pipe it in.', ExitCode.usage);
  return fs.readFileSync(0, 'utf8');
}
