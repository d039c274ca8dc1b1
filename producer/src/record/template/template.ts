import { createDateWriter, createSeededClock, type EventClock, SEEDED_START, systemClock } from '../clock';
import { type EventSource, type RecordSettings, toChunk } from '../source';
import { misfitOfCall, type Signature } from './arguments';
import { faker } from './faker';
import { momentFormat } from './moment';
import { OLD_FUNCTIONS } from './old-names';
import signatures from './signatures.json';

/** An unusable template; the message names the expression. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
}

type Piece = string | (() => string);
type Method = (...args: unknown[]) => unknown;

/** Methods of today's faker with their signatures, by `module.method`. */
export const FAKER_METHODS = signatures as unknown as Readonly<Record<string, readonly Signature[]>>;

/**
 * Creates an endless source of events from a template: JSON text in which `{{module.method}}` or
 * `{{module.method(arguments)}}` calls faker, with arguments in JSON, as in the Kinesis Data Generator; the names of
 * its older faker work too. `{{date.now}}` is the event's time, and `{{date.now("YYYY-MM-DD")}}` the same in Moment's
 * format. Within a JSON string a value is escaped; line breaks between the template's tokens are dropped, so that an
 * event is one line. An unknown function, argument or member of an argument is refused: it would be ignored in silence.
 *
 * @throws TemplateError for an unsupported expression, or a template that doesn't make JSON
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
      const expression = part.trim();
      const evaluate = /^date\.now(\(\s*\))?$/.test(expression) ? now : toCall(expression, clock);
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

/** A value within a JSON string, and as a JSON value of its own. */
function asText(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}
const asJson = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? 'null'));

function toCall(expression: string, clock: EventClock): () => unknown {
  const [, path = '', text] = /^([A-Za-z0-9.]+)\s*(?:\((.*)\))?$/s.exec(expression) ?? [];
  const args = toArguments(expression, text);
  if (path === 'date.now' || path === 'date.utc') return toDate(expression, args, clock, path === 'date.utc');
  const old = Object.hasOwn(OLD_FUNCTIONS, path) ? OLD_FUNCTIONS[path] : undefined;
  const today = Object.hasOwn(FAKER_METHODS, path) ? FAKER_METHODS[path] : undefined;
  if (old === undefined && today === undefined) throw new TemplateError(unknown(expression, path));
  const misfit = old && misfitOfCall(args, old.signatures);
  if (old !== undefined && misfit === undefined) return guarded(expression, () => old.call(args[0]));
  const reason = today ? misfitOfCall(args, today) : misfit;
  if (reason !== undefined) throw new TemplateError(`{{${expression}}}: ${path} ${reason}`.replace(' :', ':'));
  const [moduleName = '', methodName = ''] = path.split('.');
  const module = (faker as unknown as Record<string, Record<string, Method>>)[moduleName];
  return guarded(expression, () => module?.[methodName]?.apply(module, args));
}

function guarded(expression: string, call: () => unknown): () => unknown {
  return () => {
    try {
      return call();
    } catch (error) {
      throw new TemplateError(`{{${expression}}}: ${(error as Error).message}`);
    }
  };
}

/** `{{date.now(format)}}` in local time, `{{date.utc(format)}}` in UTC; ISO 8601 without a format. */
function toDate(expression: string, args: unknown[], clock: EventClock, utc: boolean): () => unknown {
  const [format = 'YYYY-MM-DD[T]HH:mm:ss[Z]', ...more] = args;
  if (typeof format !== 'string' || more.length > 0)
    throw new TemplateError(`{{${expression}}} takes one format, a text`);
  try {
    const write = momentFormat(format, utc);
    return () => write(clock);
  } catch (error) {
    throw new TemplateError(`{{${expression}}}: ${(error as Error).message}`);
  }
}

function unknown(expression: string, path: string): string {
  const method = path.split('.')[1]?.toLowerCase();
  const names = [...Object.keys(OLD_FUNCTIONS), ...Object.keys(FAKER_METHODS)];
  const near = names.filter((name) => name.split('.')[1]?.toLowerCase() === method);
  return `faker does not know {{${expression}}}${near.length > 0 ? `; there is ${near.join(', ')}` : ''}`;
}

function toArguments(expression: string, text: string | undefined): unknown[] {
  if (text === undefined || text.trim() === '') return [];
  try {
    return JSON.parse(`[${text}]`) as unknown[];
  } catch {
    throw new TemplateError(`the arguments of {{${expression}}} are not JSON`);
  }
}
