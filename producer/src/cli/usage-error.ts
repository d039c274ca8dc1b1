/** Wrong usage of the command; the message says what to change. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
