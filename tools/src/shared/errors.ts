import { ExitCode } from './exit-codes';

/** An error whose message is for the user: printed as one line, without a stack trace. */
export class ToolError extends Error {
  constructor(
    message: string,
    readonly exitCode: number = ExitCode.failed,
  ) {
    super(message);
    this.name = 'ToolError';
  }
}

/** A refusal: the command changed nothing. */
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
