import * as fs from 'node:fs';
import { stackOf } from 'lakehouse-producer/stack-name';
import { ToolError } from '../shared/errors';
import { ExitCode } from '../shared/exit-codes';
import { asObject, type Json, type JsonObject } from '../shared/json';

/**
 * The outputs of one stack from the file that apply (or `cdktf deploy --outputs-file`) wrote: of the named stack, else
 * of LAKEHOUSE_ENV and LAKEHOUSE_APP_NAME, else of the only one.
 *
 * @param instead options that make the file needless
 */
export function stackOutputs(
  file: string,
  stack: string | undefined,
  env: NodeJS.ProcessEnv,
  instead: string,
): JsonObject {
  if (!fs.existsSync(file)) {
    throw new ToolError(`there is no ${file}: apply the stack first, or give ${instead}.`, ExitCode.prerequisite);
  }
  const stacks = stacksIn(file);
  const names = Object.keys(stacks);
  const wanted = stack ?? stackOf(env);
  const name = wanted ?? (names.includes('lakehouse-dev') || names.length !== 1 ? 'lakehouse-dev' : names[0]);
  const found = name === undefined ? undefined : stacks[name];
  if (found === undefined) {
    const others = names.length === 0 ? 'it is empty' : `it has ${names.join(', ')}`;
    throw new ToolError(
      `${file} has no stack ${name}; ${others}. Apply the stack first, or name one with --stack.`,
      ExitCode.prerequisite,
    );
  }
  return asObject(found);
}

function stacksIn(file: string): JsonObject {
  try {
    return asObject(JSON.parse(fs.readFileSync(file, 'utf8')) as Json);
  } catch (error) {
    throw new ToolError(`${file} can't be read as JSON: ${(error as Error).message}`, ExitCode.prerequisite);
  }
}
