#!/usr/bin/env node
import * as path from 'node:path';
import { Command } from 'commander';
import { cycleEnvironment } from '../cycle/environment';
import { eject } from '../eject/eject';
import { runCommand } from './run';

const program = new Command('eject')
  .description('Write the stack as plain Terraform, for `terraform` alone.')
  .option('--out <folder>', 'where to write (default: ejected/<stack>)')
  .option('--overwrite', 'replace what is there')
  .action(async (flags: { out?: string; overwrite?: boolean }) => {
    const projectDir = process.cwd();
    const { stack, folder, state } = await eject({
      projectDir,
      env: cycleEnvironment(process.env),
      ...(flags.out !== undefined && { outDir: flags.out }),
      ...(flags.overwrite === true && { overwrite: true }),
    });
    const relative = path.relative(projectDir, folder);
    const shown = relative.startsWith('..') ? folder : relative;
    console.error(`Wrote ${stack} to ${shown}. Next:`);
    if (state !== undefined) {
      console.error(`  mv ${path.relative(projectDir, state)} ${path.join(shown, 'terraform.tfstate')}`);
    }
    console.error(`  terraform -chdir=${shown} init && terraform -chdir=${shown} plan`);
  });

void runCommand(program);
