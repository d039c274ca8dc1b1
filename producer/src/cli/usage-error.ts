/**
 * The outputs of a stack that was not applied: no file, none that can be read, or no such stack in it. The message says
 * what to do.
 */
export class NoOutputsError extends Error {
  override readonly name = 'NoOutputsError';
}

/** Wrong usage of the command; the message says what to change. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
