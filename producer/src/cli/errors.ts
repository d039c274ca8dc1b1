import { EXIT } from './options';

/** An error that ends the command with an exit code of its own; the message says what to do. */
export class CommandError extends Error {
  constructor(
    message: string,
    readonly exitCode: number,
  ) {
    super(message);
  }
}

/** Wrong usage of the command; the message says what to change. */
export class UsageError extends CommandError {
  constructor(message: string) {
    super(message, EXIT.usage);
  }
}

/** The outputs of a stack that was not applied: no file, none that can be read, or no such stack in it. */
export class NoOutputsError extends CommandError {
  constructor(message: string) {
    super(message, EXIT.noStream);
  }
}
