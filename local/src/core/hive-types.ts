import { ownEntry } from './own-entry';

/**
 * Hive's column types, which the Glue catalog stores as text (AWS's "Data types in Amazon Athena" and Hive's
 * "LanguageManual Types"), parsed here for delivery, queries and DDL.
 */
export type HiveType =
  | { readonly kind: 'primitive'; readonly name: HivePrimitive }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  | { readonly kind: 'char' | 'varchar'; readonly length: number }
  | { readonly kind: 'array'; readonly of: HiveType }
  | { readonly kind: 'map'; readonly key: HiveType; readonly value: HiveType }
  | { readonly kind: 'struct'; readonly fields: readonly HiveField[] };

export interface HiveField {
  readonly name: string;
  readonly type: HiveType;
}

export type HivePrimitive =
  | 'boolean'
  | 'tinyint'
  | 'smallint'
  | 'int'
  | 'bigint'
  | 'float'
  | 'double'
  | 'string'
  | 'binary'
  | 'date'
  | 'timestamp';

/** A column type that isn't Hive's. */
export class HiveTypeError extends Error {}

const PRIMITIVES: Readonly<Record<string, HivePrimitive>> = {
  boolean: 'boolean',
  tinyint: 'tinyint',
  smallint: 'smallint',
  int: 'int',
  integer: 'int',
  bigint: 'bigint',
  long: 'bigint',
  float: 'float',
  double: 'double',
  string: 'string',
  binary: 'binary',
  date: 'date',
  timestamp: 'timestamp',
};

const DUCKDB_PRIMITIVES: Readonly<Record<HivePrimitive, string>> = {
  boolean: 'BOOLEAN',
  tinyint: 'TINYINT',
  smallint: 'SMALLINT',
  int: 'INTEGER',
  bigint: 'BIGINT',
  float: 'FLOAT',
  double: 'DOUBLE',
  string: 'VARCHAR',
  binary: 'BLOB',
  date: 'DATE',
  timestamp: 'TIMESTAMP',
};

/**
 * Parses a Hive type such as `array<struct<id:bigint,tags:map<string,string>>>`.
 * @throws HiveTypeError for other text
 */
export function parseHiveType(text: string): HiveType {
  const parser = new Parser(text);
  const type = parser.type();
  parser.end();
  return type;
}

/** The DuckDB type for a Hive type's values, without lengths of char and varchar. */
export function toDuckdbType(type: HiveType): string {
  switch (type.kind) {
    case 'primitive':
      return DUCKDB_PRIMITIVES[type.name];
    case 'decimal':
      return `DECIMAL(${type.precision},${type.scale})`;
    case 'char':
    case 'varchar':
      return 'VARCHAR';
    case 'array':
      return `${toDuckdbType(type.of)}[]`;
    case 'map':
      return `MAP(${toDuckdbType(type.key)}, ${toDuckdbType(type.value)})`;
    case 'struct': {
      const fields = type.fields.map((field) => `${quoteIdentifier(field.name)} ${toDuckdbType(field.type)}`);
      return `STRUCT(${fields.join(', ')})`;
    }
  }
}

/** Formats a type as Hive does, without spaces: `decimal(10,2)`, `map<string,int>`. */
export function formatHiveType(type: HiveType): string {
  switch (type.kind) {
    case 'primitive':
      return type.name;
    case 'decimal':
      return `decimal(${type.precision},${type.scale})`;
    case 'char':
    case 'varchar':
      return `${type.kind}(${type.length})`;
    case 'array':
      return `array<${formatHiveType(type.of)}>`;
    case 'map':
      return `map<${formatHiveType(type.key)},${formatHiveType(type.value)}>`;
    case 'struct':
      return `struct<${type.fields.map((field) => `${field.name}:${formatHiveType(field.type)}`).join(',')}>`;
  }
}

/** Quotes any identifier for DuckDB's SQL. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Quotes any string for DuckDB's SQL. */
export function quoteLiteral(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/**
 * Most levels of nesting: a deeper type's SQL would be too deep for a statement, and a hostile type would exhaust the
 * stack.
 */
const MAX_DEPTH = 120;

class Parser {
  private position = 0;
  private depth = 0;

  constructor(private readonly text: string) {}

  type(): HiveType {
    if (++this.depth > MAX_DEPTH) throw new HiveTypeError(`${this.text.slice(0, 100)}… is nested too deeply.`);
    const type = this.named(this.word().toLowerCase());
    this.depth--;
    return type;
  }

  private named(name: string): HiveType {
    switch (name) {
      case 'decimal':
      case 'numeric': {
        const [precision = 10, scale = 0] = this.peek() === '(' ? this.numbers() : [];
        if (precision < 1 || precision > 38 || scale > precision) throw this.unexpected('decimal(1 to 38, scale)');
        return { kind: 'decimal', precision, scale };
      }
      case 'char':
      case 'varchar': {
        const [length] = this.peek() === '(' ? this.numbers() : [];
        if (length === undefined || length < 1 || length > 65_535) throw this.unexpected(`${name}(length)`);
        return { kind: name, length };
      }
      case 'array': {
        this.take('<');
        const of = this.type();
        this.take('>');
        return { kind: 'array', of };
      }
      case 'map': {
        this.take('<');
        const key = this.type();
        this.take(',');
        const value = this.type();
        this.take('>');
        return { kind: 'map', key, value };
      }
      case 'struct':
        return { kind: 'struct', fields: this.fields() };
      default: {
        const primitive = ownEntry(PRIMITIVES, name);
        if (primitive === undefined) throw this.unexpected('a Hive type');
        return { kind: 'primitive', name: primitive };
      }
    }
  }

  end(): void {
    if (this.peek() !== '') throw this.unexpected('the end of the type');
  }

  private fields(): HiveField[] {
    const fields: HiveField[] = [];
    this.take('<');
    do {
      const name = this.fieldName();
      this.take(':');
      fields.push({ name, type: this.type() });
    } while (this.accept(','));
    this.take('>');
    return fields;
  }

  private numbers(): number[] {
    const numbers: number[] = [];
    this.take('(');
    do numbers.push(Number(this.match(/\s*(\d+)/y, 'a number')));
    while (this.accept(','));
    this.take(')');
    return numbers;
  }

  private word(): string {
    return this.match(/\s*([A-Za-z_]+)/y, 'a Hive type');
  }

  private fieldName(): string {
    if (this.peek() === '`') return this.match(/\s*`([^`]+)`/y, 'a field name');
    return this.match(/\s*([^\s:,<>()`]+)/y, 'a field name');
  }

  private match(pattern: RegExp, wanted: string): string {
    pattern.lastIndex = this.position;
    const found = pattern.exec(this.text);
    if (found?.[1] === undefined) throw this.unexpected(wanted);
    this.position = pattern.lastIndex;
    return found[1];
  }

  private peek(): string {
    while (/\s/.test(this.text.charAt(this.position))) this.position++;
    return this.text.charAt(this.position);
  }

  private accept(character: string): boolean {
    if (this.peek() !== character) return false;
    this.position++;
    return true;
  }

  private take(character: string): void {
    if (!this.accept(character)) throw this.unexpected(`'${character}'`);
  }

  private unexpected(wanted: string): HiveTypeError {
    return new HiveTypeError(`${wanted} expected at position ${this.position} of '${this.text.slice(0, 200)}'.`);
  }
}
