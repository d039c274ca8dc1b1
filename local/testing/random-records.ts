import fc from 'fast-check';

/** Columns with Hive's types. */
export type RandomSchema = readonly (readonly [name: string, type: string])[];

export interface RandomRecord {
  readonly data: Buffer;
  /** JSON objects in it: rows, if it is delivered. */
  readonly documents: number;
}

interface TypeNode {
  readonly text: string;
  readonly value: fc.Arbitrary<unknown>;
}

const TEXTS = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom(
    '',
    ' ',
    'null',
    'NaN',
    '-Infinity',
    '1e999',
    '0x7f',
    '2026-02-30',
    '\u0000',
    '\ud83d',
    'é😀',
    '\\x41',
  ),
);
const RAW_NUMBERS = ['1e39', '-1e400', '1e-400', '9223372036854775808', '-0', '0.1e-7', `1${'0'.repeat(60)}`, '1.5E+3'];

/** Literal JSON text, for numbers that JavaScript can't represent. */
class Raw {
  constructor(readonly text: string) {}
}

const rawNumber = fc.constantFrom(...RAW_NUMBERS).map((text) => new Raw(text));
const wholeNumber = (bits: number) => fc.bigInt({ min: -(2n ** BigInt(bits - 1)), max: 2n ** BigInt(bits - 1) - 1n });
const integer = (bits: number) => wholeNumber(bits).map((value) => new Raw(String(value)));
const day = fc.date({
  min: new Date('0001-01-01T00:00:00Z'),
  max: new Date('9999-12-31T00:00:00Z'),
  noInvalidDate: true,
});

const PRIMITIVES: readonly TypeNode[] = [
  { text: 'tinyint', value: integer(8) },
  { text: 'smallint', value: integer(16) },
  { text: 'int', value: integer(32) },
  { text: 'bigint', value: integer(64) },
  { text: 'float', value: fc.oneof(fc.float({ noNaN: true, noDefaultInfinity: true }), rawNumber) },
  { text: 'double', value: fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), rawNumber) },
  { text: 'decimal(5,2)', value: fc.oneof(fc.float({ noNaN: true, noDefaultInfinity: true }), rawNumber) },
  { text: 'decimal(38,10)', value: fc.oneof(integer(64), rawNumber) },
  { text: 'boolean', value: fc.boolean() },
  { text: 'string', value: TEXTS },
  { text: 'char(3)', value: TEXTS },
  { text: 'varchar(5)', value: TEXTS },
  { text: 'binary', value: TEXTS },
  { text: 'date', value: day.map((date) => date.toISOString().slice(0, 10)) },
  { text: 'timestamp', value: day.map((date) => date.toISOString().slice(0, 19).replace('T', ' ')) },
];

const { node } = fc.letrec<{ node: TypeNode; primitive: TypeNode }>((tie) => ({
  primitive: fc.constantFrom(...PRIMITIVES),
  node: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    { weight: 4, arbitrary: tie('primitive') },
    { weight: 1, arbitrary: tie('node').map(arrayOf) },
    { weight: 1, arbitrary: fc.tuple(tie('primitive'), tie('node')).map(([key, value]) => mapOf(key, value)) },
    { weight: 1, arbitrary: fc.array(tie('node'), { minLength: 1, maxLength: 4 }).map(structOf) },
  ),
}));

function arrayOf(of: TypeNode): TypeNode {
  return { text: `array<${of.text}>`, value: fc.array(fc.option(of.value), { maxLength: 4 }) };
}

function mapOf(key: TypeNode, value: TypeNode): TypeNode {
  const keys = fc.oneof(key.value.map(keyText), TEXTS);
  return {
    text: `map<${key.text},${value.text}>`,
    value: fc.array(fc.tuple(keys, fc.option(value.value)), { maxLength: 4 }).map((entries) => new Map(entries)),
  };
}

function structOf(members: readonly TypeNode[]): TypeNode {
  const values = members.map((member, index) => fc.tuple(fc.constant(`m${index}`), fc.option(member.value)));
  return {
    text: `struct<${members.map((member, index) => `m${index}:${member.text}`).join(',')}>`,
    value: fc.tuple(...values).map((entries) => new Map(entries)),
  };
}

const keyText = (value: unknown) => (value instanceof Raw ? value.text : String(value));

const columnsOf = (nodes: readonly TypeNode[]) => nodes.map((each, index) => [`c${index}`, each.text] as const);
const VALUES = new WeakMap<RandomSchema, readonly TypeNode[]>();

/** Tables of one column to a few, now and then of more than DuckDB writes. */
export const anySchema: fc.Arbitrary<RandomSchema> = fc
  .oneof(
    { weight: 30, arbitrary: fc.array(node, { minLength: 1, maxLength: 6 }) },
    { weight: 1, arbitrary: fc.array(node, { minLength: 100, maxLength: 130 }) },
  )
  .map((nodes) => {
    const schema = columnsOf(nodes);
    VALUES.set(schema, nodes);
    return schema;
  });

/** Records that fit a table, fit in part, or don't fit. */
export function anyRecord(schema: RandomSchema): fc.Arbitrary<RandomRecord> {
  const nodes = VALUES.get(schema) ?? [];
  const fitting = fc.tuple(...nodes.map((each) => fc.option(each.value, { freq: 5 })));
  const jsonValue = fc.oneof(fc.jsonValue({ maxDepth: 3 }), rawNumber, TEXTS);
  const half = fc.tuple(
    ...nodes.map((each) => fc.oneof({ weight: 3, arbitrary: each.value }, { weight: 1, arbitrary: jsonValue })),
  );
  const row = (values: readonly unknown[]) => write(new Map(values.map((value, index) => [`c${index}`, value])));
  return fc.oneof(
    { weight: 4, arbitrary: fitting.map((values) => record(row(values), 1)) },
    { weight: 4, arbitrary: half.map((values) => record(row(values), 1)) },
    { weight: 1, arbitrary: fc.tuple(fitting, fitting).map((two) => record(two.map(row).join('\n'), 2)) },
    { weight: 2, arbitrary: hostile },
  );
}

const hostile: fc.Arbitrary<RandomRecord> = fc.oneof(
  fc.jsonValue().map((value) => record(JSON.stringify(value), isObject(value) ? 1 : 0)),
  fc.string({ unit: 'binary', maxLength: 20 }).map((text) => record(`${text}x`, 0)),
  fc
    .uint8Array({ minLength: 1, maxLength: 20 })
    .map((bytes) => ({ data: Buffer.from([0xff, ...bytes]), documents: 0 })),
  fc.constantFrom(
    record('{"c0":', 0),
    record('[{"c0":1}]', 0),
    record(' ', 0),
    record('{"c0":1}{"c0":', 0),
    record(`{"c0":${'['.repeat(5_000)}${']'.repeat(5_000)}}`, 0),
    record(`{"c0":"${'9'.repeat(100_000)}"}`, 1),
    record(`{"c0":${'9'.repeat(10_000)}}`, 1),
    record('{"__proto__":1,"constructor":{"c0":1},"C0":null}', 1),
  ),
);

const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);

function record(text: string, documents: number): RandomRecord {
  return { data: Buffer.from(text), documents };
}

function write(value: unknown): string {
  if (value instanceof Raw) return value.text;
  if (value instanceof Map) {
    return `{${[...value].map(([key, item]) => `${JSON.stringify(key)}:${write(item)}`).join(',')}}`;
  }
  if (Array.isArray(value)) return `[${value.map(write).join(',')}]`;
  return JSON.stringify(value) ?? 'null';
}
