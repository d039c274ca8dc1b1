#!/usr/bin/env node
import { Command } from 'commander';
import { sizeWorkload } from '../capacity/size';
import { sizeText } from '../capacity/size-text';
import { type WorkloadFlags, withWorkload, workloadOf } from './flags';
import { runCommand } from './run';

const program = withWorkload(new Command('size'))
  .description('What a workload needs: shards or on-demand, buffers, files, cost, packing, quotas.')
  .option('--json', 'print the answer as JSON')
  .action((flags: WorkloadFlags & { json?: boolean }) => {
    const answer = sizeWorkload(workloadOf(flags));
    process.stdout.write(flags.json === true ? `${JSON.stringify(answer, null, 2)}\n` : sizeText(answer));
  });

void runCommand(program);
