import { ToolError } from '../shared/errors';
import type { PlanJson } from './plan-json';

/**
 * Parses the output of `terraform show -json`, also with a byte order mark or in UTF-16, as PowerShell writes it, and
 * with lines around it that a CI service adds. @throws ToolError with the cause for anything else
 */
export function parsePlan(bytes: Buffer | string): PlanJson {
  const text = typeof bytes === 'string' ? bytes : decoded(bytes);
  const whole = parsed(text);
  if (isPlan(whole)) return whole;
  const found = [...objectsIn(text)];
  const plan = found.find(isPlan);
  if (plan !== undefined) return plan;
  throw new ToolError(causeOf(text, whole ?? found[0]));
}

function decoded(bytes: Buffer): string {
  if (bytes.subarray(0, 2).toString('latin1') === 'PK') {
    throw new ToolError(
      'this is a saved plan itself, not its JSON: give it with --plan-file, or --chdir and --plan-file.',
    );
  }
  const utf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] !== 0 && bytes[1] === 0);
  const bigEndian = (bytes[0] === 0xfe && bytes[1] === 0xff) || (bytes[0] === 0 && bytes[1] !== 0);
  if (!utf16 && !bigEndian) return bytes.toString('utf8').replace(/^\ufeff/, '');
  const even = bytes.subarray(0, bytes.length - (bytes.length % 2));
  return (bigEndian ? Buffer.from(even).swap16() : even).toString('utf16le').replace(/^\ufeff/, '');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isPlan(value: unknown): value is PlanJson {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const {
    resource_changes: changes,
    planned_values: planned,
    output_changes: outputs,
  } = value as Record<string, unknown>;
  if (changes !== undefined && changes !== null) return Array.isArray(changes);
  return [planned, outputs].some((part) => typeof part === 'object' && part !== null);
}

/** The outermost JSON objects of a text, in order. */
function* objectsIn(text: string): Generator<unknown> {
  // A budget: each brace that never closes costs a search to the text's end.
  let budget = 4 * text.length + 1_000_000;
  for (let at = text.indexOf('{'); at >= 0 && budget > 0; ) {
    const end = endOfObject(text, at);
    budget -= (end ?? text.length) - at;
    const value = end === undefined ? undefined : parsed(text.slice(at, end));
    if (value !== undefined) yield value;
    at = text.indexOf('{', value === undefined ? at + 1 : end);
  }
}

/** Index after the brace that closes the one at `start`; undefined if none does. */
function endOfObject(text: string, start: number): number | undefined {
  let depth = 0;
  let inString = false;
  for (let at = start; at < text.length; at++) {
    const character = text[at];
    if (inString) {
      if (character === '\\') at++;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '{') depth++;
    else if (character === '}' && --depth === 0) return at + 1;
  }
  return undefined;
}

function causeOf(text: string, value: unknown): string {
  if (text.trim() === '') return 'this is empty: give the output of "terraform show -json PLAN".';
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    if ('@level' in value) {
      return 'this is the log of "terraform plan -json", which lacks the values: save the plan with -out=PLAN and give the output of "terraform show -json PLAN".';
    }
    if ('values' in value || 'lineage' in value)
      return 'this is a state, not a plan: give the output of "terraform show -json PLAN".';
    return 'this JSON is not a plan: it has neither resource_changes nor planned_values.';
  }
  if (/^\s*\{/.test(text) && endOfObject(text, text.indexOf('{')) === undefined) {
    return 'this JSON ends in the middle: the output of "terraform show -json PLAN" was cut short.';
  }
  return 'this is not JSON: give a saved plan, or the output of "terraform show -json PLAN".';
}
