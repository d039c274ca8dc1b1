import type { FirehoseTransformationEvent } from 'aws-lambda';
import { changeRows, rowOf } from './change-rows';

const change = (more: object = {}, dynamodb: object = {}) =>
  JSON.stringify({
    awsRegion: 'us-east-1',
    eventID: 'e-1',
    eventName: 'MODIFY',
    userIdentity: null,
    recordFormat: 'application/json',
    tableName: 'customers',
    dynamodb: {
      ApproximateCreationDateTime: 1_795_687_200_123_456,
      Keys: { sort: { N: '1' }, id: { S: 'c-1' } },
      NewImage: { id: { S: 'c-1' }, balance: { N: '12345678901234567890123456789012345678' } },
      OldImage: { id: { S: 'c-1' }, labels: { SS: ['a', 'b'] } },
      SizeBytes: 70,
      ApproximateCreationDateTimePrecision: 'MICROSECOND',
      ...dynamodb,
    },
    eventSource: 'aws:dynamodb',
    ...more,
  });

test('a change becomes a row, its keys in one order, its images exact', () => {
  expect(rowOf(change(), '49590338271490256608559692538361571095921575989136588898')).toEqual({
    event_id: 'e-1',
    event_name: 'MODIFY',
    changed_at: '2026-11-26T10:00:00.123456Z',
    table_name: 'customers',
    keys: '{"id":{"S":"c-1"},"sort":{"N":"1"}}',
    new_image: '{"id":{"S":"c-1"},"balance":{"N":"12345678901234567890123456789012345678"}}',
    old_image: '{"id":{"S":"c-1"},"labels":{"SS":["a","b"]}}',
    size_bytes: 70,
    user_identity: undefined,
    sequence_number: '49590338271490256608559692538361571095921575989136588898',
  });
});

test('an item that time to live removed says who did it; milliseconds are read too', () => {
  const removed = change(
    { eventName: 'REMOVE', userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' } },
    {
      NewImage: undefined,
      ApproximateCreationDateTime: 1_795_687_200_007,
      ApproximateCreationDateTimePrecision: 'MILLISECOND',
    },
  );
  expect(rowOf(removed)).toMatchObject({
    event_name: 'REMOVE',
    changed_at: '2026-11-26T10:00:00.007000Z',
    new_image: undefined,
    user_identity: 'dynamodb.amazonaws.com',
  });
});

test('each record is answered by its id; one that is no change fails alone, with its data', async () => {
  const texts = [change(), 'no JSON', '{}', 'null'];
  const records = texts.map((text, index) => ({
    recordId: `r-${index}`,
    approximateArrivalTimestamp: 1,
    data: Buffer.from(text).toString('base64'),
  }));
  const answer = await changeRows({ records } as unknown as FirehoseTransformationEvent);
  expect(answer.records.map(({ recordId, result }) => [recordId, result])).toEqual([
    ['r-0', 'Ok'],
    ['r-1', 'ProcessingFailed'],
    ['r-2', 'ProcessingFailed'],
    ['r-3', 'ProcessingFailed'],
  ]);
  expect(answer.records[1]?.data).toBe(records[1]?.data);
  const row = Buffer.from(answer.records[0]?.data ?? '', 'base64').toString();
  expect(row.endsWith('}\n')).toBe(true);
  expect(JSON.parse(row)).toMatchObject({ event_id: 'e-1' });
});
