import * as fs from 'node:fs';
import * as path from 'node:path';
import type { JsonObject } from '../shared/json';
import type { CycleOptions } from './project';

type FileOptions = Pick<CycleOptions, 'projectDir' | 'outputsFile'>;

/** The outputs file, by stack; empty when it isn't there or is none. */
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

/** Writes a stack's outputs; those of other stacks that stand in the file are kept. */
export function writeOutputs(outputs: JsonObject, options: FileOptions): string {
  const file = outputsFileOf(options);
  fs.writeFileSync(file, JSON.stringify({ ...readOutputsFile(file), ...outputs }, null, 2));
  return file;
}

/** Takes a stack out of the outputs file, where commands would go on finding what is no longer there. */
export function forgetOutputs(stack: string, options: FileOptions): void {
  const file = outputsFileOf(options);
  const { [stack]: gone, ...others } = readOutputsFile(file);
  if (gone === undefined) return;
  if (Object.keys(others).length === 0) fs.rmSync(file, { force: true });
  else fs.writeFileSync(file, JSON.stringify(others, null, 2));
}
