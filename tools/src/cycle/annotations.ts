import { Refusal } from '../shared/errors';
import { asList, asObject, type JsonObject } from '../shared/json';

/**
 * Handles a stack's annotations (`Annotations.of(construct).addError`) as `cdktf diff` and `deploy` do: prints warnings
 * and infos, and stops the command on an error.
 *
 * @param stack the stack's entry in the app's manifest.json
 */
export function heedAnnotations(stack: JsonObject, log: (line: string) => void): void {
  const annotations = asList(stack.annotations).map(asObject);
  const errors: string[] = [];
  for (const { constructPath, level, message } of annotations) {
    const line = `[${constructPath}] ${message}`;
    if (String(level).includes('error')) errors.push(line);
    else log(`${String(level).includes('warn') ? 'Warning' : 'Note'}: ${line}`);
  }
  if (errors.length === 0) return;
  throw new Refusal(
    `the app annotates the stack with ${errors.length === 1 ? 'an error' : 'errors'}:\n${errors.join('\n')}`,
  );
}
