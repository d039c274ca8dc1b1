import { ExitCode } from './exit-codes';

/** An error whose message is written for the person at the terminal: printed as one line, without a stack trace. */
export class ToolError extends Error {
  constructor(
    message: string,
    readonly exitCode: number = ExitCode.failed,
  ) {
    super(message);
    this.name = 'ToolError';
  }
}

/** The command declined to act and touched nothing. */
export class Refusal extends ToolError {
  constructor(message: string) {
    super(message, ExitCode.refused);
    this.name = 'Refusal';
  }
}

/** Text of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
