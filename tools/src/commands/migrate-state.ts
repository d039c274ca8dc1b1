#!/usr/bin/env node
import * as path from 'node:path';
import { migrateState } from '../cycle/migrate-state';
import { type CycleFlags, cycleCommand, cycleOptions } from './flags';
import { runCommand } from './run';

const program = cycleCommand(
  'migrate-state',
  'Take the state to where the settings say it is kept: to the bucket, or back to a file.',
)
  .option('-y, --yes', 'without asking; needed where there is no terminal')
  .action(async (flags: CycleFlags & { yes?: boolean }) => {
    const options = cycleOptions(flags);
    const { from, to, resources, kept } = await migrateState({ ...options, approval: { yes: flags.yes === true } });
    console.error(`Took ${resources} resources from ${from} to ${to}.`);
    if (kept === undefined) console.error('The bucket keeps the former state as an older version of the object.');
    else console.error(`The former state is kept as ${path.relative(options.projectDir, kept)}.`);
  });

void runCommand(program);
