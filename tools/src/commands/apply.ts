#!/usr/bin/env node
import * as path from 'node:path';
import { applySavedPlan } from '../cycle/apply';
import {
  applyProgress,
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

const program = withWorkload(withGates(cycleCommand('apply', 'Apply the saved plan, and only that.')))
  .option('-y, --yes', 'apply without asking; needed where there is no terminal')
  .action(async (flags: CycleFlags & WorkloadFlags & { failOn: string[]; yes?: boolean }) => {
    const options = cycleOptions(flags);
    const { record, outputs, outputsFile } = await applySavedPlan({
      ...options,
      ...applyProgress(flags),
      approval: { yes: flags.yes === true },
      failOn: flags.failOn,
      review: reviewOptionsOf(options.projectDir, flags),
      show: (review) => printReview(review, 'summary', { to: process.stderr }),
    });
    console.error(`Applied the plan of ${record.createdAt} to ${record.stack}.`);
    console.log(JSON.stringify(outputs, null, 2));
    console.error(`Outputs are in ${path.relative(options.projectDir, outputsFile)}.`);
  });

void runCommand(program);
