#!/usr/bin/env node
import { Command } from 'commander';
import { runDemo } from '../demo/demo';
import { messageOf, ToolError } from '../shared/errors';
import { ExitCode } from '../shared/exit-codes';
import { interruptible } from '../shared/interrupt';
import { runCommand } from './run';

const program = new Command('demo')
  .description('The whole way on this machine: plan, apply, produce, deliver, query, destroy.')
  .option('--amount <n>', 'records to send', Number, 10)
  .option('--keep', 'leave the endpoint running with everything in it, and the console on it')
  .action(async ({ amount, keep }: { amount: number; keep?: boolean }) => {
    if (!Number.isInteger(amount) || amount < 1)
      throw new ToolError('--amount must be a whole number above 0.', ExitCode.usage);
    const started = Date.now();
    await interruptible(async (signal) => {
      try {
        await runDemo({
          projectDir: process.cwd(),
          env: process.env,
          amount,
          keep: keep === true,
          signal,
          say: (text) => console.log(text),
        });
        console.log(`\nDone in ${Math.round((Date.now() - started) / 1000)} s.`);
      } catch (error) {
        if (signal.aborted)
          throw new ToolError('interrupted; everything it started is cleaned up.', ExitCode.interrupted);
        if (error instanceof ToolError && error.exitCode === ExitCode.prerequisite) throw error;
        throw new ToolError(
          `failed: ${messageOf(error)}\nEverything it started is cleaned up.`,
          error instanceof ToolError ? error.exitCode : ExitCode.failed,
        );
      }
    });
  });

void runCommand(program);
