import {
  endingSequenceNumber,
  numberIn,
  parseSequenceNumber,
  sequenceNumbers,
  startingSequenceNumber,
} from './sequence-number';
import type { ShardInfo } from './stream-info';

const shard: ShardInfo = {
  id: 'shardId-000000000018',
  index: 18,
  parents: [],
  startHash: '0',
  endHash: '1',
  createdAt: 1_764_151_361_234,
};
const at = shard.createdAt + 5_000;

test("a record's number has AWS's parts in AWS's places", () => {
  const text = sequenceNumbers(shard)(7, at);
  // 2, seconds of the shard, last digit of its index, the record's number, zeros, seconds of arrival, index, version.
  const parts = ['2', '06926d041', '2', '0000000000000007', '00', '06926d046', '00000012', '2'];
  expect(BigInt(text).toString(16)).toBe(parts.join(''));
  expect(parseSequenceNumber(text)).toEqual({
    version: 2,
    shardSeconds: 1_764_151_361,
    shardIndex: 18,
    seconds: 1_764_151_366,
    number: 7n,
  });
  expect(numberIn(shard, text)).toBe(7);
});

test('numbers that are added up are those that are worked out, over seconds and carries', () => {
  const added = sequenceNumbers(shard);
  let last = startingSequenceNumber(shard);
  for (let number = 1; number <= 3_000; number++) {
    const time = at + Math.floor(number / 700) * 1000;
    const text = added(number, time);
    expect(text).toBe(sequenceNumbers(shard)(number, time));
    expect(text > last && text.length === 56).toBe(true);
    last = text;
  }
  expect(endingSequenceNumber(shard, at) > last).toBe(true);
});

test("the range's ends are places in the shard, and checkpoints of the earlier form are still read", () => {
  expect(numberIn(shard, startingSequenceNumber(shard))).toBe(0);
  expect(numberIn({ ...shard, closed: { at, number: 9 } }, endingSequenceNumber(shard, at))).toBe(9);
  expect(numberIn(shard, `49${shard.createdAt}000018${'5'.padStart(35, '0')}`)).toBe(5);
  expect(numberIn({ ...shard, index: 2, numberedFrom: 1 }, sequenceNumbers(shard)(7, at))).toBeUndefined();
});

// AWS's values, from kinesalite's tests.
test.each([
  ['20000000000000000000000000000000000000000000000', undefined],
  ['20000000000000000000000000000000000000000000003', undefined],
  ['30000000000000000000000000000000000000000000001', undefined],
  ['1ffffffffff7fffffffffffffff000000000007fffffff2', undefined],
  ['20000000000800000000000000000000000000000000002', undefined],
  ['2ffffffffff7fffffffffffffff000000000007fffffff2', undefined],
  ['13bb2cc3d80000000000000000000000', undefined],
  ['5', { version: 0, shardIndex: 5 }],
  ['20000000000000000000000000000000000000000000001', { version: 1, shardIndex: 0 }],
  ['20000000000000000000000000000000000000800000002', { version: 2, shardIndex: -2_147_483_648 }],
])('0x%s is read as AWS reads it', (hex, parsed) => {
  const found = parseSequenceNumber(String(BigInt(`0x${hex}`)));
  if (parsed === undefined) expect(found).toBeUndefined();
  else expect(found).toMatchObject(parsed);
});
