import * as fs from 'node:fs';
import { ToolError } from '../shared/errors';
import { ExitCode } from '../shared/exit-codes';
import { asObject, type Json, type JsonObject } from '../shared/json';

/**
 * The outputs of one stack from the file that apply (or `cdktf deploy --outputs-file`) wrote: the stack named, else the one
 * of LAKEHOUSE_ENV, else the only one.
 */
export function stackOutputs(file: string, stack: string | undefined, env: NodeJS.ProcessEnv): JsonObject {
  if (!fs.existsSync(file)) {
    throw new ToolError(
      `there is no ${file}: apply the stack first, or name a workgroup with --workgroup.`,
      ExitCode.prerequisite,
    );
  }
  const stacks = asObject(JSON.parse(fs.readFileSync(file, 'utf8')) as Json);
  const names = Object.keys(stacks);
  const wanted = stack ?? (env.LAKEHOUSE_ENV === undefined ? undefined : `lakehouse-${env.LAKEHOUSE_ENV}`);
  const name = wanted ?? (names.includes('lakehouse-dev') || names.length !== 1 ? 'lakehouse-dev' : names[0]);
  const found = name === undefined ? undefined : stacks[name];
  if (found === undefined) throw new ToolError(`${file} has no stack ${name}; it has ${names.join(', ')}.`);
  return asObject(found);
}
