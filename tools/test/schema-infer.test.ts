import { inferSchema } from '../src/schema/infer';

const lines = (...records: object[]) => records.map((record) => JSON.stringify(record)).join('\n');
const typesOf = (...records: object[]) =>
  Object.fromEntries(inferSchema(lines(...records)).columns.map(({ name, type }) => [name, type]));

test('readings of a device: times, numbers, a map and a struct', () => {
  const reading = (ts: string, tags: object) => ({
    device_id: 'a1',
    ts,
    temperature: 21.5,
    ok: true,
    tags,
    location: { lat: 1.5, lon: 2 },
  });
  const sample = lines(
    reading('2026-11-26T04:05:06Z', { floor: '1', room: 'x' }),
    reading('2026-11-26T04:05:07.25Z', { site: 'n' }),
    reading('2026-11-26 04:05:08', { owner: 'o', kind: 'k' }),
  );
  const { columns, deserializer } = inferSchema(sample);
  expect(Object.fromEntries(columns.map(({ name, type }) => [name, type]))).toEqual({
    device_id: 'string',
    ts: 'timestamp',
    temperature: 'double',
    ok: 'boolean',
    tags: 'map<string,string>',
    location: 'struct<lat:double,lon:bigint>',
  });
  expect(deserializer).toBe('openx');
});

// As timestamps these land in error/, whichever the SerDe.
test.each(['2026-11-26T04:05:08+01:00', '2026-11-26T04:05:08', '2026-11-26T04:05Z', '2026-11-26'])(
  'a time column with %s among others is text, and how to make a time of it is said',
  (other) => {
    const { columns, deserializer, notes } = inferSchema(lines({ ts: '2026-11-26T04:05:06Z' }, { ts: other }));
    expect([columns, deserializer]).toEqual([[{ name: 'ts', type: 'string' }], 'hive']);
    expect(notes.join('\n')).toMatch(
      /ts has times such as 2026-11-26\S*, .* from_iso8601_timestamp\(ts\) makes a time/,
    );
  },
);

test('times within structs and lists choose the SerDe as those of columns do', () => {
  const { columns, deserializer } = inferSchema(
    lines({ e: { at: '2026-11-26T04:05:06Z' }, l: ['2026-11-26T04:05:06Z'] }),
  );
  expect(columns.map(({ type }) => type)).toEqual(['struct<at:timestamp>', 'array<timestamp>']);
  expect(deserializer).toBe('openx');
});

test.each([
  [1764129906, 'seconds', 'from_unixtime(ts)'],
  [1764129906123, 'milliseconds', 'from_unixtime(ts / 1e3)'],
  [1764129906123456, 'microseconds', 'from_unixtime(ts / 1e6)'],
])('%d looks like %s', (ts, unit, sql) => {
  const { columns, notes } = inferSchema(lines({ ts }, { ts: ts + 1 }));
  expect(columns).toEqual([{ name: 'ts', type: 'bigint' }]);
  expect(notes.join('\n')).toContain(`ts looks like ${unit} since 1970: kept as a number; ${sql} makes a time of it`);
});

test('ids of 19 digits keep them all; what no bigint holds is a double', () => {
  const { columns } = inferSchema('{"id":1732593906123456789,"most":9223372036854775807,"over":9223372036854775808}');
  expect(columns.map(({ type }) => type)).toEqual(['bigint', 'bigint', 'double']);
});

test('keys that are no names of columns are left out, and keys that differ by case are one column', () => {
  const { columns, notes } = inferSchema(lines({ '@type': 'x', Id: 1, id: 'a', ok: true }));
  expect(columns.map(({ name }) => name)).toEqual(['id', 'ok']);
  expect(notes.join('\n')).toMatch(/@type is left out, .* rename it[\s\S]*Id and id are one column, id/);
});

test('what the sample cannot tell is said', () => {
  const { notes } = inferSchema(
    lines({ a: null, b: 1, ts: 1764129906000, Big: 1 }, { b: 'x', ts: 1764129907000, Big: 2 }),
  );
  expect(notes.join('\n')).toMatch(/a is null in every record/);
  expect(notes.join('\n')).toMatch(/b holds bigint and string: string takes them all/);
  expect(notes.join('\n')).toMatch(/ts looks like milliseconds since 1970/);
  expect(notes.join('\n')).toMatch(/Big becomes the column big/);
  expect(notes.join('\n')).toMatch(/ts, big: whole numbers in this sample/);
});

test('a number that is written with a fraction or exponent is a double, whatever its value; not within text', () => {
  const { columns } = inferSchema('{"a":21.0,"b":1e3,"c":"1.0","d":{"e":-4.0},"f":7}');
  expect(columns.map(({ type }) => type)).toEqual(['double', 'double', 'string', 'struct<e:double>', 'bigint']);
});

test('numbers widen, Hive times keep the Hive SerDe, lists take the type of their items', () => {
  expect(typesOf({ n: 1 }, { n: 1.5 })).toEqual({ n: 'double' });
  expect(typesOf({ l: [1, 2] }, { l: [] })).toEqual({ l: 'array<bigint>' });
  expect(inferSchema(lines({ t: '2026-11-26 04:05:06' })).deserializer).toBe('hive');
  expect(() => inferSchema('{"a":1}\nnot json')).toThrow(/line 2 is no JSON object/);
  expect(() => inferSchema('')).toThrow(/no records/);
});
