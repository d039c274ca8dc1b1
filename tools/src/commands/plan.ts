#!/usr/bin/env node
import * as path from 'node:path';
import { makePlan } from '../cycle/plan';
import { parseGates } from '../review/gates';
import { ExitCode } from '../shared/exit-codes';
import {
  type CycleFlags,
  cycleCommand,
  cycleOptions,
  printReview,
  reviewOptionsOf,
  type WorkloadFlags,
  withGates,
  withWorkload,
} from './flags';
import { runCommand } from './run';

type Flags = CycleFlags & WorkloadFlags & { failOn: string[]; destroy?: boolean; refreshOnly?: boolean; tf: string[] };

const program = withWorkload(
  withGates(cycleCommand('plan', 'Save a plan of the stack; exit 0 without changes, 2 with.')),
)
  .option('--destroy', 'plan the destruction of everything')
  .option('--refresh-only', 'plan only to bring the state up to date')
  .option(
    '--tf <argument>',
    'a further argument for terraform plan; repeatable',
    (value, all: string[]) => [...all, value],
    [],
  )
  .action(async (flags: Flags) => {
    parseGates(flags.failOn);
    const options = cycleOptions(flags);
    const { planFile, record, review } = await makePlan({
      ...options,
      failOn: flags.failOn,
      terraformArgs: flags.tf,
      review: reviewOptionsOf(options.projectDir, flags),
      ...(flags.destroy === true && { destroy: true }),
      ...(flags.refreshOnly === true && { refreshOnly: true }),
    });
    printReview(review, 'summary');
    console.error(`Saved ${path.relative(options.projectDir, planFile)}. Next: npm run review, npm run apply`);
    process.exitCode = record.changes ? ExitCode.changes : ExitCode.ok;
  });

void runCommand(program);
