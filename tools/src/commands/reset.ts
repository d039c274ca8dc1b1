#!/usr/bin/env node
import * as path from 'node:path';
import { resetLocal } from '../cycle/reset';
import { type CycleFlags, cycleCommand, cycleOptions } from './flags';
import { runCommand } from './run';

const program = cycleCommand(
  'reset',
  'Forget the local deployment, whose endpoint lost its data: the next plan starts anew (LAKEHOUSE_ENV=local alone).',
)
  .option('-y, --yes', 'without asking; needed where there is no terminal')
  .action(async (flags: CycleFlags & { yes?: boolean }) => {
    const options = cycleOptions(flags);
    const { stack, resources, kept } = await resetLocal({ ...options, approval: { yes: flags.yes === true } });
    console.error(`Forgot ${stack} (${resources} resources).`);
    if (kept !== undefined) console.error(`Its former state is kept as ${path.relative(options.projectDir, kept)}.`);
  });

void runCommand(program);
