import { dataPrefix, errorPrefix, objectName, PrefixError, parsePrefix } from './prefix';

const at = Date.parse('2018-08-27T10:30:05.678Z');
const context = { at, timeZone: 'UTC', errorOutputType: 'processing-failed' as const };

// The table in "Understand custom prefixes for Amazon S3 objects" has most of these.
test.each([
  ['', '2018/08/27/10/'],
  ['events/', 'events/2018/08/27/10/'],
  ['events', 'events2018/08/27/10/'],
  ['!{timestamp:yyyy/MM/dd}', '2018/08/27'],
  ["y=!{timestamp:yyyy}/'q'/!{timestamp:'week'w}/", "y=2018/'q'/week35/"],
  ['!{timestamp:yy-M-d-H-m-s-SSS-a-EEE-MMMM-D-Q}', '18-8-27-10-30-5-678-AM-Mon-August-239-3'],
  ["!{timestamp:''yyyy''}", "'2018'"],
  ['!{partitionKeyFromQuery:id}/', 'x1/2018/08/27/10/'],
])('%s becomes %s', (prefix, expected) => {
  expect(dataPrefix(prefix, { ...context, partitionKeys: { id: 'x1' } })).toBe(expected);
});

test.each([
  [undefined, 'events/', 'events/processing-failed/2018/08/27/10/'],
  [undefined, '', 'processing-failed/2018/08/27/10/'],
  ['error/', 'events/', 'error/processing-failed/2018/08/27/10/'],
  ['failures/!{firehose:error-output-type}/', '', 'failures/processing-failed/'],
  ['e/!{firehose:error-output-type}/!{timestamp:yyyy}/', '', 'e/processing-failed/2018/'],
])('the error prefix %s with the prefix %s becomes %s', (error, prefix, expected) => {
  expect(errorPrefix(error, prefix, context)).toBe(expected);
});

test('random strings are eleven characters, anew each time', () => {
  const prefix = parsePrefix('!{firehose:random-string}/!{firehose:random-string}/');
  const [first, second] = prefix.evaluate(context).split('/');
  expect(first).toMatch(/^[0-9a-f]{11}$/);
  expect(second).not.toBe(first);
});

test("times are in the stream's own time zone, summer time counted", () => {
  const name = (timeZone: string) => objectName('s', 3, { at, timeZone }, 'uuid', '.parquet');
  expect(name('UTC')).toBe('s-3-2018-08-27-10-30-05-uuid.parquet');
  expect(name('Asia/Tokyo')).toBe('s-3-2018-08-27-19-30-05-uuid.parquet');
  expect(dataPrefix('!{timestamp:HH:mmXXX}', { at, timeZone: 'America/New_York' })).toBe('06:30-04:00');
  expect(dataPrefix('!{timestamp:HH X}', { at, timeZone: 'UTC' })).toBe('10 Z');
});

test('the year of a week is not the year of a day', () => {
  const newYear = { at: Date.parse('2024-12-30T00:00:00Z'), timeZone: 'UTC' };
  expect(dataPrefix('!{timestamp:YYYY yyyy w}', newYear)).toBe('2025 2024 1');
});

test.each([
  '!{timestamp}',
  '!{timestamp:',
  '!{firehose:nothing}',
  '!{other:x}',
  '!{timestamp:}',
  "!{timestamp:'x}",
  '!{timestamp:bb}',
])('refuses %s', (prefix) => {
  expect(() => parsePrefix(prefix)).toThrow(PrefixError);
});
