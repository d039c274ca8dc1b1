import { faker } from '@faker-js/faker/locale/en';
import { createDateWriter, createSeededClock, type EventClock, SEEDED_START, systemClock } from './clock';
import { type EventSource, type RecordSettings, toChunk } from './source';

/** A template that can't be used; the message names the expression. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
}

/** Names of older fakers, which templates of the Kinesis Data Generator use, and what they are called today. */
const OLD_NAMES: Readonly<Record<string, string>> = {
  'random.number': 'number.int',
  'random.float': 'number.float',
  'random.uuid': 'string.uuid',
  'random.boolean': 'datatype.boolean',
  'random.arrayElement': 'helpers.arrayElement',
  'random.word': 'word.sample',
  'random.alphaNumeric': 'string.alphanumeric',
  'name.firstName': 'person.firstName',
  'name.lastName': 'person.lastName',
  'name.findName': 'person.fullName',
  'name.jobTitle': 'person.jobTitle',
  'phone.phoneNumber': 'phone.number',
  'internet.userName': 'internet.username',
  'address.city': 'location.city',
  'address.country': 'location.country',
  'address.countryCode': 'location.countryCode',
  'address.state': 'location.state',
  'address.stateAbbr': 'location.state({"abbreviated":true})',
  'address.streetAddress': 'location.streetAddress',
  'address.zipCode': 'location.zipCode',
  'address.latitude': 'location.latitude',
  'address.longitude': 'location.longitude',
};

type Piece = string | (() => string);
type Method = (...args: unknown[]) => unknown;

/**
 * An endless source of events from a template: JSON text in which `{{module.method}}` or `{{module.method(arguments)}}`
 * stands for a call of faker, with arguments in JSON, as in the Kinesis Data Generator; the names that its older faker used
 * work too. `{{date.now}}` is the event's time. Inside a JSON string a value is escaped as JSON needs; line breaks between
 * the template's tokens are dropped, so that an event is one line.
 *
 * @throws TemplateError for an expression that faker doesn't know, or a template that doesn't make JSON
 */
export function createTemplateSource(template: string, settings: RecordSettings = {}): EventSource {
  const { seed, form = 'zoned' } = settings;
  const clock = settings.clock ?? (seed === undefined ? systemClock : createSeededClock());
  const pieces = compile(template, clock, form === 'original' && seed === undefined);
  const render = (): string => pieces.map((piece) => (typeof piece === 'string' ? piece : piece())).join('');
  startFrom(seed);
  try {
    JSON.parse(render());
  } catch (error) {
    if (error instanceof TemplateError) throw error;
    throw new TemplateError(`the template does not make JSON: ${(error as Error).message}`);
  }
  startFrom(seed);
  return { next: (max) => toChunk(Array.from({ length: max }, render)) };
}

function startFrom(seed: string | number | undefined): void {
  if (seed === undefined) {
    faker.seed();
    return;
  }
  faker.seed([...Buffer.from(String(seed))]);
  faker.setDefaultRefDate(new Date(SEEDED_START / 1000));
}

function compile(template: string, clock: EventClock, local: boolean): Piece[] {
  const writeDate = createDateWriter(local ? 'local' : 'utc');
  const scratch = Buffer.alloc(40);
  const now = (): string => scratch.toString('latin1', 0, writeDate(clock.now(), scratch, 0));
  const pieces: Piece[] = [];
  let inString = false;
  for (const [index, part] of template.split(/\{\{(.*?)\}\}/s).entries()) {
    if (index % 2 === 0) {
      pieces.push(part.replaceAll(/\s*[\r\n]+\s*/g, ''));
      inString = endsInString(part, inString);
    } else {
      const evaluate = part.trim() === 'date.now' ? now : toCall(part.trim());
      pieces.push(inString ? () => JSON.stringify(asText(evaluate())).slice(1, -1) : () => asJson(evaluate()));
    }
  }
  return pieces;
}

function endsInString(part: string, before: boolean): boolean {
  let inString = before;
  for (let i = 0; i < part.length; i++) {
    if (part[i] === '\\' && inString) i++;
    else if (part[i] === '"') inString = !inString;
  }
  return inString;
}

/** What a value is inside a JSON string, and what it is as a JSON value of its own. */
function asText(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}
const asJson = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? 'null'));

function toCall(expression: string): () => unknown {
  const [, path = '', text] = /^([A-Za-z.]+)\s*(?:\((.*)\))?$/s.exec(expression) ?? [];
  if (path === 'random.weightedArrayElement') return weighted(expression, text);
  const renamed = OLD_NAMES[path] ?? path;
  if (renamed.includes('(')) return toCall(renamed);
  const args = toArguments(expression, text);
  const [moduleName = '', methodName = '', ...rest] = renamed.split('.');
  const module = Object.hasOwn(faker, moduleName)
    ? (faker as unknown as Record<string, unknown>)[moduleName]
    : undefined;
  const method = (module as Record<string, unknown> | undefined)?.[methodName];
  if (rest.length > 0 || typeof method !== 'function' || methodName === 'constructor') {
    throw new TemplateError(`faker does not know {{${expression}}}`);
  }
  return () => {
    try {
      return (method as Method).apply(module, args);
    } catch (error) {
      throw new TemplateError(`{{${expression}}}: ${(error as Error).message}`);
    }
  };
}

function toArguments(expression: string, text: string | undefined): unknown[] {
  if (text === undefined || text.trim() === '') return [];
  try {
    return JSON.parse(`[${text}]`) as unknown[];
  } catch {
    throw new TemplateError(`the arguments of {{${expression}}} are not JSON`);
  }
}

/** The Kinesis Data Generator's own helper: `{"weights": [0.7, 0.3], "data": ["a", "b"]}`. */
function weighted(expression: string, text: string | undefined): () => unknown {
  const [choice] = toArguments(expression, text) as [{ weights?: number[]; data?: unknown[] }?];
  const { weights, data } = choice ?? {};
  if (!weights || !data || weights.length !== data.length) {
    throw new TemplateError(`{{${expression}}} needs {"weights": [...], "data": [...]} of one length`);
  }
  const choices = data.map((value, i) => ({ value, weight: weights[i] as number }));
  return () => faker.helpers.weightedArrayElement(choices);
}
