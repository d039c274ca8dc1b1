import type { ColumnInfo } from '@aws-sdk/client-athena';
import { itemMaker } from '../src/load/items';
import type { KeyType } from '../src/load/table-key';

/* Rows of a result as DynamoDB's items. */
const types = new Map<string, KeyType>([
  ['id', 'S'],
  ['rank', 'N'],
]);
const make = (columns: Record<string, string>, ...row: (string | null)[]) => {
  const info = Object.entries(columns).map(([Name, Type]): ColumnInfo => ({ Name, Type }));
  return itemMaker(info, { attributes: ['id'], types })(row);
};

test.each([
  ['bigint', '9223372036854775807', { N: '9223372036854775807' }],
  ['decimal', '12345678901234567890123456789012345678', { N: '12345678901234567890123456789012345678' }],
  ['double', '1.0E-130', { N: '1.0E-130' }],
  ['boolean', 'false', { BOOL: false }],
  ['varbinary', '00 ff', { B: Uint8Array.of(0, 255) }],
  ['varchar', '', { S: '' }],
  ['timestamp', '2026-11-26 04:00:00.000', { S: '2026-11-26 04:00:00.000' }],
  ['row', '{a=1}', { S: '{a=1}' }],
  ['json', '{"a":1}', { S: '{"a":1}' }],
])('%s %s', (type, text, expected) => {
  expect(make({ id: 'varchar', x: type }, 'a', text)).toMatchObject({ item: { id: { S: 'a' }, x: expected } });
});

test('keys get the kind that the table demands, of an index too; null is no attribute, and keeps an item out of the index', () => {
  expect(make({ id: 'bigint', rank: 'varchar' }, '5', '1e2')).toMatchObject({
    item: { id: { S: '5' }, rank: { N: '1e2' } },
  });
  expect(make({ id: 'bigint', rank: 'varchar' }, '5', null)).toMatchObject({ item: { id: { S: '5' } } });
  expect(make({ id: 'varchar', rank: 'varchar' }, 'a', '0x10')).toEqual({
    refused: '"rank" is 0x10, which DynamoDB takes for no number',
  });
  expect(make({ id: 'varchar' }, '')).toEqual({ refused: '"id" is empty, which a key may not be' });
});

test.each([
  ['1', '1.00', true],
  ['1e2', '100', true],
  ['-0.0', '0', true],
  ['0.010', '1E-2', true],
  ['1', '-1', false],
  ['1', '10', false],
])('keys %s and %s are the same: %s', (a, b, same) => {
  const key = { attributes: ['rank'], types };
  const of = (text: string) => itemMaker([{ Name: 'rank', Type: 'varchar' }], key)([text]);
  expect(JSON.stringify((of(a) as { key: string }).key) === JSON.stringify((of(b) as { key: string }).key)).toBe(same);
});
