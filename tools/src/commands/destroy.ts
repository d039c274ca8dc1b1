#!/usr/bin/env node
import { destroyStack } from '../cycle/destroy';
import {
  applyProgress,
  type CycleFlags,
  cycleCommand,
  cycleOptions,
  printReview,
  reviewOptionsOf,
  type WorkloadFlags,
  withWorkload,
} from './flags';
import { runCommand } from './run';

const program = withWorkload(cycleCommand('destroy', 'Plan the destruction, show it, ask, and apply that plan.'))
  .option('-y, --yes', 'destroy without asking; needed where there is no terminal')
  .action(async (flags: CycleFlags & WorkloadFlags & { yes?: boolean }) => {
    const options = cycleOptions(flags);
    const destroyed = await destroyStack({
      ...options,
      ...applyProgress(flags),
      approval: { yes: flags.yes === true },
      review: reviewOptionsOf(options.projectDir, flags),
      show: (review) => printReview(review, 'summary', { to: process.stderr }),
    });
    console.error(destroyed ? 'Destroyed.' : 'There is nothing to destroy.');
  });

void runCommand(program);
