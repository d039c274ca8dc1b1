import fc from 'fast-check';
import { contract } from '../contract';
import { decodeRequest } from '../request/decode';
import { readPlain } from '../request/plain';
import { Row } from '../storage/row';
import type { AttributeValue, Item } from './attribute-value';
import { problemOfItem } from './check';
import { scanItem } from './scanned-item';

const OWNER = { accountId: '000000000000', region: 'us-east-1' };

const number = fc.oneof(
  fc.integer().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.constantFrom(
    '0',
    '-0',
    '0.5',
    '-1.5',
    '1.50',
    '01',
    '.5',
    '5.',
    '',
    '-',
    '1e3',
    '+1',
    '9'.repeat(38),
    '9'.repeat(39),
  ),
);
const text = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'grapheme', maxLength: 6 }),
  fc.constant('x'.repeat(200)),
);
const name = fc.oneof(fc.constantFrom('id', 'at', 'a', 'b', '1', '__proto__', 'ä', '😀'), text);
const { value } = fc.letrec<{ value: AttributeValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    text.map((S) => ({ S })),
    number.map((N) => ({ N })),
    fc.boolean().map((BOOL) => ({ BOOL })),
    fc.constantFrom<AttributeValue>(
      { NULL: true },
      { NULL: false },
      { B: 'AAAA' },
      { SS: ['a'] },
      { NS: ['1', '2'] },
      {},
    ),
    fc.array(tie('value'), { maxLength: 3 }).map((L) => ({ L })),
    fc.dictionary(name, tie('value'), { maxKeys: 3 }).map((M) => ({ M })),
  ),
}));
const item: fc.Arbitrary<Item> = fc.dictionary(name, value, { maxKeys: 6 });
const copy = (json: string) => JSON.parse(json) as Item;

/** Decodes and checks an item in the general way; undefined for an invalid one. */
function generally(json: string): Item | undefined {
  try {
    const read = decodeRequest(contract as never, 'PutItem', { TableName: 'table', Item: copy(json) }, OWNER)
      .Item as Item;
    return problemOfItem(read) === undefined ? read : undefined;
  } catch {
    return undefined;
  }
}

/** Checks that a scanned item equals the one decoded in the general way. @returns whether the text was scanned */
function isScanned(json: string): boolean {
  const scanned = scanItem(json, 0);
  if (scanned === undefined || scanned.end !== json.length) return false;
  const wanted = generally(json) as Item;
  expect(copy(json)).toEqual(wanted);
  const [row, plain] = [Row.scanned(scanned), Row.of(wanted)];
  expect(row.text).toBe(json);
  expect(row.item).toEqual(wanted);
  for (const one of [...Object.keys(wanted), 'at', 'missing']) expect(row.attribute(one)).toEqual(plain.attribute(one));
  expect([row.bytes, row.pageBytes('at')]).toEqual([plain.bytes, plain.pageBytes('at')]);
  return true;
}

test('an item that is scanned is what it is when it is parsed, checked and measured', () => {
  let scanned = 0;
  fc.assert(
    fc.property(item, (one) => {
      if (isScanned(JSON.stringify(one))) scanned++;
    }),
    { numRuns: 2000 },
  );
  expect(scanned).toBeGreaterThan(200);
});

test('no text is scanned that is wrong, whatever became of it on its way', () => {
  const piece = fc.constantFrom(
    '"',
    '\\',
    '{',
    '}',
    '[',
    ']',
    ':',
    ',',
    '0',
    '-',
    '.',
    ' ',
    '\n',
    'S',
    'N',
    'M',
    'a',
    'true',
    '{}',
  );
  fc.assert(
    fc.property(item, fc.nat(), fc.nat(3), piece, (one, place, taken, put) => {
      const json = JSON.stringify(one);
      const at = place % json.length;
      // A lone surrogate can't result from decoding UTF-8.
      isScanned(Buffer.from(json.slice(0, at) + put + json.slice(at + taken)).toString());
    }),
    { numRuns: 4000 },
  );
});

test('names that come twice, too many of them, and documents that are too deep are for the general way', () => {
  expect(isScanned('{"a":{"S":"x"},"b":{"M":{"a":{"S":"y"}}}}')).toBe(true);
  expect(isScanned('{"a":{"S":"x"},"a":{"S":"y"}}')).toBe(false);
  expect(isScanned('{"m":{"M":{"ab":{"N":"1"},"a":{"N":"1"},"ab":{"N":"1"}}}}')).toBe(false);
  const names = (count: number) => Array.from({ length: count }, (_none, at) => `"n${at}":{"N":"${at}"}`).join();
  expect(isScanned(`{${names(64)}}`)).toBe(true);
  expect(isScanned(`{${names(65)}}`)).toBe(false);
  const nested = (depth: number) => `{"a":${'{"L":['.repeat(depth)}${']}'.repeat(depth)}}`;
  expect(isScanned(nested(32))).toBe(true);
  expect(isScanned(nested(33))).toBe(false);
});

test('puts are read in the form in which the SDKs write them, and no other request is', () => {
  const put = '{"PutRequest":{"Item":{"id":{"S":"ä"}}}}';
  const batch = (tables: string, rest = '') => `{"RequestItems":{${tables}}${rest}}`;
  const read = (operation: string, body: string) => readPlain(operation, Buffer.from(body));
  const { RequestItems } = read('BatchWriteItem', batch(`"one":[${put},${put}],"two":[${put}]`)) as {
    RequestItems: Record<string, { PutRequest: { Item: Row } }[]>;
  };
  expect(Object.entries(RequestItems).map(([table, puts]) => [table, puts.length])).toEqual([
    ['one', 2],
    ['two', 1],
  ]);
  expect(RequestItems.one?.[1]?.PutRequest.Item.item).toEqual({ id: { S: 'ä' } });
  const proto = read('BatchWriteItem', batch(`"__proto__":[${put}]`));
  expect(Object.keys(proto?.RequestItems as object)).toEqual(['__proto__']);
  expect(read('PutItem', '{"TableName":"one","Item":{"id":{"N":"1"}}}')).toMatchObject({ TableName: 'one' });
  for (const tables of [
    `"one":[${put}],"one":[${put}]`,
    `"on":[${put}]`,
    `"o e":[${put}]`,
    '"one":[]',
    `"one":[${Array(26).fill(put).join()}]`,
    '"one":[{"DeleteRequest":{"Key":{"id":{"S":"a"}}}}]',
  ])
    expect(read('BatchWriteItem', batch(tables))).toBeUndefined();
  expect(read('BatchWriteItem', batch(`"one":[${put}]`, ',"ReturnConsumedCapacity":"TOTAL"'))).toBeUndefined();
  expect(read('PutItem', '{"TableName":"one","Item":{"id":{"S":"a"}},"ReturnValues":"ALL_OLD"}')).toBeUndefined();
  expect(read('PutItem', '{"TableName":"one","Item":{"id":{"S":"a"}}} ')).toBeUndefined();
  expect(read('UpdateItem', '{"TableName":"one","Item":{"id":{"S":"a"}}}')).toBeUndefined();
});
