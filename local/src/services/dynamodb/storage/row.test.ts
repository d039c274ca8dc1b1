import { Row } from './row';
import { listOf } from './slab';

const item = (n: number, length = 20) => ({ id: { N: String(n) }, text: { S: 'ä'.repeat(length) } });
const read = (n: number, length?: number) => Row.read(Row.of(item(n, length)).stored('id'));
const parsed = (rows: readonly Row[]) => JSON.parse(listOf('{"Items":[', rows, '],"Count":1}').toString());

test('a row that was stored is read again, with its sizes', () => {
  const [row, before] = [read(7), Row.of(item(7))];
  expect([row.item, row.bytes, row.pageBytes('id')]).toEqual([before.item, before.bytes, before.pageBytes('id')]);
  // Earlier versions stored no bytes of a page.
  const earlier = Row.read(`${before.bytes}${before.text}`);
  expect([earlier.text, earlier.bytes, earlier.pageBytes('id')]).toEqual([
    before.text,
    before.bytes,
    before.pageBytes('id'),
  ]);
});

test('a list has the rows that it is given, wherever their JSON is', () => {
  // More rows than a slab holds, of all lengths, with one larger than a slab.
  const rows = Array.from({ length: 400 }, (_none, n) => read(n, n === 200 ? 100_000 : (n * 7) % 900));
  const fresh = rows.map((row, n) => (n % 5 === 0 ? Row.of(row.item) : row));
  for (const some of [rows, fresh, rows.filter((_row, n) => n % 3 > 0), [...rows].reverse(), rows.slice(0, 1), []])
    expect(parsed(some)).toEqual({ Items: some.map((row) => row.item), Count: 1 });
});
