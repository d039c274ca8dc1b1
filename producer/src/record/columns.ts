import { faker } from '@faker-js/faker/locale/en';
import { createSeededClock, type EventClock, systemClock } from './clock';
import { type EventSource, type RecordSettings, toChunk } from './source';

/** A column of a table in Glue's catalog. */
export interface Column {
  readonly name: string;
  /** In Hive's notation, such as `struct<lat:double,lon:double>`. */
  readonly type: string;
  /** Possible values, for a partition column that lists them. */
  readonly values?: readonly string[];
}

/** A column type without a generator of values. */
export class ColumnTypeError extends Error {
  override readonly name = 'ColumnTypeError';
}

type Make = () => unknown;

const int =
  (min: number, max: number): Make =>
  () =>
    faker.number.int({ min, max });

/** Generators of values by the usual meaning of a column's name; other columns get a word. */
const TEXTS: readonly (readonly [RegExp, Make])[] = [
  [/^(uuid|guid)$|_(uuid|guid)$/, () => faker.string.uuid()],
  [/(^|_)email$/, () => faker.internet.email({ provider: 'example.com' })],
  [/^(first_?name|name)$/, () => faker.person.firstName()],
  [/^(last_?name|surname)$/, () => faker.person.lastName()],
  [/(^|_)(city|town)$/, () => faker.location.city()],
  [/(^|_)country$/, () => faker.location.country()],
  [/(^|_)phone(_number)?$/, () => faker.string.numeric({ length: 9, allowLeadingZeros: false })],
  [/(^|_)ip(_address)?$/, () => faker.internet.ip()],
  [/(^|_)url$/, () => faker.internet.url()],
  [/(^|_)(state|status)$/, () => faker.helpers.arrayElement(['Active', 'Inactive', 'Canceled'])],
  [/(^|_)id$/, () => faker.string.alphanumeric({ length: 8, casing: 'lower' })],
];

const TIME_NAME = /(^|_)(ts|time|timestamp|date|datetime|at)$/;

/** Parses Hive's notation of a type to a generator of its values. */
class TypeReader {
  private at = 0;
  constructor(
    private readonly text: string,
    private readonly clock: EventClock,
  ) {}

  read(name: string): Make {
    const make = this.type(name.toLowerCase());
    if (this.at < this.text.length) throw this.fault();
    return make;
  }

  private type(name: string): Make {
    const word = this.word();
    if (word === 'array') return this.array(name);
    if (word === 'map') return this.map();
    if (word === 'struct') return this.struct();
    if (word === 'decimal') return this.decimal();
    if (word === 'char' || word === 'varchar') {
      const [length = 1] = this.numbers();
      const make = this.textOf(name);
      return () => String(make()).slice(0, length);
    }
    return this.primitive(word, name);
  }

  private primitive(word: string, name: string): Make {
    const iso = (): string => new Date(Math.floor(this.clock.now() / 1000)).toISOString();
    if (word === 'string') return this.textOf(name);
    if (word === 'boolean') return () => faker.datatype.boolean();
    if (word === 'tinyint') return int(0, 127);
    if (word === 'smallint') return int(0, 32_767);
    if (word === 'int' || word === 'integer') return int(0, 1_000_000);
    if (word === 'bigint' || word === 'long') {
      return TIME_NAME.test(name) ? () => Math.floor(this.clock.now() / 1000) : int(0, 1_000_000_000);
    }
    if (word === 'float' || word === 'double')
      return () => faker.number.float({ min: 0, max: 1000, fractionDigits: 2 });
    if (word === 'date') return () => iso().slice(0, 10);
    // The one format that both of Firehose's deserializers read by default: java.sql.Timestamp's.
    if (word === 'timestamp') return () => iso().slice(0, 23).replace('T', ' ');
    if (word === 'binary') return () => Buffer.from(faker.string.alphanumeric(8)).toString('base64');
    throw this.fault();
  }

  private textOf(name: string): Make {
    const known = TEXTS.find(([pattern]) => pattern.test(name));
    if (known) return known[1];
    if (TIME_NAME.test(name)) return () => new Date(Math.floor(this.clock.now() / 1000)).toISOString();
    return () => faker.word.noun();
  }

  private decimal(): Make {
    const [precision = 10, scale = 0] = this.peek('(') ? this.numbers() : [];
    const whole = Math.min(precision - scale, 6);
    return () => faker.number.float({ min: 0, max: 10 ** whole - 1, fractionDigits: Math.min(scale, 6) });
  }

  private array(name: string): Make {
    this.take('<');
    const element = this.type(name.replace(/s$/, ''));
    this.take('>');
    return () => Array.from({ length: faker.number.int({ min: 1, max: 3 }) }, element);
  }

  private map(): Make {
    this.take('<');
    const key = this.type('key');
    this.take(',');
    const value = this.type('value');
    this.take('>');
    return () => Object.fromEntries([0, 1].map(() => [String(key()), value()]));
  }

  private struct(): Make {
    const fields: [string, Make][] = [];
    this.take('<');
    do {
      const end = this.text.indexOf(':', this.at);
      if (end < 0) throw this.fault();
      const name = this.text.slice(this.at, end).trim();
      this.at = end + 1;
      fields.push([name, this.type(name.toLowerCase())]);
    } while (this.maybe(','));
    this.take('>');
    return () => Object.fromEntries(fields.map(([name, make]) => [name, make()]));
  }

  private word(): string {
    const [word = ''] = /^\s*[a-z]+/i.exec(this.text.slice(this.at)) ?? [];
    this.at += word.length;
    return word.trim().toLowerCase();
  }

  private numbers(): number[] {
    const [whole = '', list] = /^\s*\(([\d\s,]+)\)/.exec(this.text.slice(this.at)) ?? [];
    if (list === undefined) throw this.fault();
    this.at += whole.length;
    return list.split(',').map(Number);
  }

  private peek(mark: string): boolean {
    while (this.text[this.at] === ' ') this.at++;
    return this.text[this.at] === mark;
  }

  private maybe(mark: string): boolean {
    const there = this.peek(mark);
    if (there) this.at++;
    return there;
  }

  private take(mark: string): void {
    if (!this.maybe(mark)) throw this.fault();
  }

  private fault(): ColumnTypeError {
    return new ColumnTypeError(`no values can be made for the type "${this.text}"`);
  }
}

/**
 * Creates an endless source of events with a table's columns and values of their types, for tables other than the
 * article's. Times are the event's.
 *
 * @throws ColumnTypeError for a type that isn't Hive's
 */
export function createColumnSource(columns: readonly Column[], settings: RecordSettings = {}): EventSource {
  const { seed } = settings;
  const clock = settings.clock ?? (seed === undefined ? systemClock : createSeededClock());
  const makers = columns.map(({ name, type, values }): [string, Make] => [
    name,
    values && values.length > 0
      ? () => faker.helpers.arrayElement(values)
      : new TypeReader(type.trim(), clock).read(name),
  ]);
  faker.seed(seed === undefined ? undefined : [...Buffer.from(String(seed))]);
  const event = (): string => JSON.stringify(Object.fromEntries(makers.map(([name, make]) => [name, make()])));
  return { next: (max) => toChunk(Array.from({ length: max }, event)) };
}
