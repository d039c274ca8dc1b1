/** A value that doesn't fit its column, in the words of Firehose's error records. */
export class CoercionError extends Error {}

const SHOWN = 200;

/** @param reason text of the SerDe's exception */
export function mismatch(reason: string): CoercionError {
  return new CoercionError(`Data does not match the schema. ${reason}`);
}

/** Java's NumberFormatException. */
export function forInputString(text: string): CoercionError {
  return mismatch(`For input string: "${text.slice(0, SHOWN)}"`);
}

/** A value in a message, cut to a limit: hostile ones are long. */
export function shown(text: string): string {
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
