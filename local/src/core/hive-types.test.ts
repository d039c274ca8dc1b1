import fc from 'fast-check';
import { formatHiveType, type HiveType, HiveTypeError, parseHiveType, toDuckdbType } from './hive-types';

test.each([
  ['string', 'VARCHAR'],
  ['INTEGER', 'INTEGER'],
  ['decimal', 'DECIMAL(10,0)'],
  ['decimal( 12 , 2 )', 'DECIMAL(12,2)'],
  ['varchar(10)', 'VARCHAR'],
  ['array<map<string,int>>', 'MAP(VARCHAR, INTEGER)[]'],
  ['struct<a:bigint,`b c`:array<timestamp>>', 'STRUCT("a" BIGINT, "b c" TIMESTAMP[])'],
  ['struct<say"hi:int>', 'STRUCT("say""hi" INTEGER)'],
])("%s is DuckDB's %s", (hive, duckdb) => {
  expect(toDuckdbType(parseHiveType(hive))).toBe(duckdb);
});

test.each([
  '',
  'strin',
  'toString',
  'array<',
  'array<int',
  'map<string>',
  'struct<>',
  'struct<a int>',
  'decimal(39,2)',
  'decimal(5,6)',
  'varchar',
  'int>',
  'array<int>,int',
])('refuses %p', (text) => {
  expect(() => parseHiveType(text)).toThrow(HiveTypeError);
});

test('refuses a type nested without end, and keeps its stack', () => {
  expect(() => parseHiveType('array<'.repeat(100_000))).toThrow(HiveTypeError);
});

test('reads back every type that it writes', () => {
  const leaf = fc.oneof(
    fc.constantFrom('boolean', 'bigint', 'string', 'timestamp', 'binary').map((name) => ({ kind: 'primitive', name })),
    fc.integer({ min: 1, max: 38 }).map((precision) => ({ kind: 'decimal', precision, scale: precision >> 1 })),
  );
  const { type } = fc.letrec((tie) => ({
    type: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      leaf,
      tie('type').map((of) => ({ kind: 'array', of })),
      fc.tuple(leaf, tie('type')).map(([key, value]) => ({ kind: 'map', key, value })),
      fc
        .array(fc.record({ name: fc.stringMatching(/^[a-z_][a-z0-9_.-]*$/), type: tie('type') }), {
          minLength: 1,
          maxLength: 4,
        })
        .map((fields) => ({ kind: 'struct', fields })),
    ),
  }));
  fc.assert(
    fc.property(type as fc.Arbitrary<HiveType>, (tree) => {
      expect(parseHiveType(formatHiveType(tree))).toEqual(tree);
    }),
  );
});
