import { positionId, type ReadEvent } from '../events';
import type { Value } from './ast';

/** Fields of a query without a fields command. */
export const DEFAULT_FIELDS = ['@timestamp', '@message'];

/** A row of a query: an event with fields that commands added, or a group of stats. */
export class Row {
  private document: unknown;
  private isParsed = false;

  /**
   * @param log value of `@log`, the log group
   * @param own fields besides the event's
   */
  constructor(
    readonly event: ReadEvent | undefined,
    private readonly log: string,
    private readonly own: ReadonlyMap<string, Value>,
  ) {}

  with(fields: readonly (readonly [string, Value])[]): Row {
    const row = new Row(this.event, this.log, new Map([...this.own, ...fields]));
    row.document = this.document;
    row.isParsed = this.isParsed;
    return row;
  }

  get time(): number {
    return this.event?.timestamp ?? 0;
  }

  field(name: string): Value {
    if (this.own.has(name)) return this.own.get(name);
    const { event } = this;
    if (event === undefined) return undefined;
    switch (name) {
      case '@timestamp':
        return new Date(event.timestamp);
      case '@ingestionTime':
        return new Date(event.ingestionTime);
      case '@message':
        return event.message;
      case '@logStream':
        return event.stream.name;
      case '@log':
        return this.log;
      case '@ptr':
        return Buffer.from(`${event.stream.id} ${positionId(event)}`).toString('base64');
      default:
        return name.startsWith('@') ? undefined : asValue(at(this.parsed(), name));
    }
  }

  /** Discovered fields: the members of a JSON message. */
  private parsed(): unknown {
    if (this.isParsed) return this.document;
    this.isParsed = true;
    const message = this.event?.message ?? '';
    if (!/^\s*[{[]/.test(message)) return undefined;
    try {
      this.document = JSON.parse(message);
    } catch {
      this.document = undefined;
    }
    return this.document;
  }
}

/** A member by path, `a.b.0`, or by a name that contains dots. */
function at(document: unknown, path: string): unknown {
  let value = document;
  let rest = path;
  while (rest !== '') {
    if (typeof value !== 'object' || value === null) return undefined;
    if (Object.hasOwn(value, rest)) return (value as Record<string, unknown>)[rest];
    const [name = '', ...others] = rest.split('.');
    if (others.length === 0 || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
    rest = others.join('.');
  }
  return value;
}

function asValue(value: unknown): Value {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'string' || typeof value === 'number') return value;
  return JSON.stringify(value);
}
