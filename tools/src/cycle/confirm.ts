import * as readline from 'node:readline/promises';
import { Refusal } from '../shared/errors';

/** How an apply is confirmed. */
export interface Approval {
  /** `--yes` was given. */
  readonly yes: boolean;
  /** @default whether stdin and stderr are a terminal */
  readonly interactive?: boolean;
  /** Asks the person and returns what they typed. @default on the terminal */
  readonly ask?: (question: string) => Promise<string>;
}

/** Requires `--yes`, or the word typed at a terminal; refuses otherwise. Without a terminal only `--yes` counts. */
export async function confirm(question: string, approval: Approval): Promise<void> {
  if (approval.yes) return;
  const interactive = approval.interactive ?? (process.stdin.isTTY === true && process.stderr.isTTY === true);
  if (!interactive) throw new Refusal('nobody said yes: there is no terminal to ask at, so pass "-- --yes".');
  const answer = await (approval.ask ?? askAtTerminal)(`${question} Only "yes" is accepted: `);
  if (answer.trim() !== 'yes') throw new Refusal('not approved; nothing was touched.');
}

async function askAtTerminal(question: string): Promise<string> {
  const terminal = readline.createInterface({ input: process.stdin, output: process.stderr });
  // Ctrl-C at the question means no.
  terminal.on('SIGINT', () => terminal.write('no\n'));
  try {
    return await terminal.question(question);
  } finally {
    terminal.close();
  }
}
