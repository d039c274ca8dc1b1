import * as fs from 'node:fs';
import * as path from 'node:path';
import type { JsonObject } from '../shared/json';
import type { CycleOptions } from './project';

type FileOptions = Pick<CycleOptions, 'projectDir' | 'outputsFile'>;

/** The outputs file, by stack; empty if it is missing or isn't JSON. */
function readOutputsFile(file: string): JsonObject {
  try {
    const parsed: unknown = JSON.parse(fs.readFileSync(file, 'utf8'));
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? (parsed as JsonObject) : {};
  } catch {
    return {};
  }
}

function outputsFileOf({ projectDir, outputsFile }: FileOptions): string {
  return path.resolve(projectDir, outputsFile ?? 'outputs.json');
}

/** Writes a stack's outputs and keeps those of other stacks in the file. */
export function writeOutputs(outputs: JsonObject, options: FileOptions): string {
  const file = outputsFileOf(options);
  fs.writeFileSync(file, JSON.stringify({ ...readOutputsFile(file), ...outputs }, null, 2));
  return file;
}

/** Removes a stack from the outputs file: commands would use resources that are gone. */
export function forgetOutputs(stack: string, options: FileOptions): void {
  const file = outputsFileOf(options);
  const { [stack]: gone, ...others } = readOutputsFile(file);
  if (gone === undefined) return;
  if (Object.keys(others).length === 0) fs.rmSync(file, { force: true });
  else fs.writeFileSync(file, JSON.stringify(others, null, 2));
}
