import * as s3 from '@aws-sdk/client-s3';
import { localFixture, TestClock } from 'lakehouse-local/testing';
import { objectsOf } from 'lakehouse-local/testing/s3';

const clock = new TestClock(Date.now());
const local = localFixture({ clock });
const { newBucket, put, get, send } = objectsOf(local);

const lifecycle =
  (...Rules: object[]) =>
  (Bucket: string) =>
    send(
      new s3.PutBucketLifecycleConfigurationCommand({
        Bucket,
        LifecycleConfiguration: { Rules: Rules.map((rule) => ({ Status: 'Enabled', ...rule })) as s3.LifecycleRule[] },
      }),
    );
const transition = (first: object, second?: object, Expiration?: object) =>
  lifecycle({ Filter: { Prefix: 'a' }, Expiration, Transitions: second === undefined ? [first] : [first, second] });
const forDays = { Filter: {}, Expiration: { Days: 1 } };

type Case = [what: string, answer: (bucket: string) => Promise<unknown>, code: string, members?: object];

// biome-ignore format: a table.
const CASES: Case[] = [
  ['a rule without a filter', lifecycle({ Expiration: { Days: 1 } }), 'MalformedXML'],
  ['conditions beside each other', lifecycle({ ...forDays, Filter: { Prefix: '', ObjectSizeGreaterThan: 1 } }), 'MalformedXML'],
  ['an expiry of two kinds', lifecycle({ ...forDays, Expiration: { Days: 1, ExpiredObjectDeleteMarker: true } }), 'MalformedXML'],
  ['a transition to nowhere', lifecycle({ Filter: {}, Transitions: [{ Days: 1 }] }), 'MalformedXML'],
  ['an expiry after no day', lifecycle({ Filter: {}, Expiration: { Days: 0 } }), 'InvalidArgument', { ArgumentName: 'Days' }],
  ['an abortion after no day', lifecycle({ Filter: {}, AbortIncompleteMultipartUpload: { DaysAfterInitiation: 0 } }), 'InvalidArgument'],
  ['an abortion by tags', lifecycle({ Filter: { Tag: { Key: 'a', Value: 'b' } }, AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 }, }), 'InvalidRequest', { message: 'AbortIncompleteMultipartUpload cannot be specified with Tags.' }],
  ['a transition to no class', transition({ Days: 90, StorageClass: 'COLD' }), 'MalformedXML'],
  ['a transition back', transition({ Days: 90, StorageClass: 'STANDARD' }), 'MalformedXML'],
  ['a transition too early', transition({ Days: 29, StorageClass: 'STANDARD_IA' }), 'InvalidArgument', { ArgumentName: 'Days', ArgumentValue: '29' }],
  ['transitions to one class', transition({ Days: 30, StorageClass: 'GLACIER' }, { Days: 60, StorageClass: 'GLACIER' }), 'InvalidRequest'],
  ['transitions by days and dates', transition({ Days: 30, StorageClass: 'GLACIER' }, { Date: new Date('2030-01-01'), StorageClass: 'DEEP_ARCHIVE' }), 'InvalidRequest'],
  ['a transition after the expiry', transition({ Days: 90, StorageClass: 'GLACIER' }, undefined, { Days: 90 }), 'InvalidArgument', { message: "'Days' in the Expiration action for filter '(prefix=a)' must be greater than 'Days' in the Transition action", }],
  ['sizes the wrong way round', lifecycle({ ...forDays, Filter: { And: { ObjectSizeGreaterThan: 9, ObjectSizeLessThan: 9 } } }), 'InvalidRequest'],
  ["a rule's long id", lifecycle({ ...forDays, ID: 'i'.repeat(256) }), 'InvalidArgument', { ArgumentName: 'ID' }],
  ['a prefix beside filters', lifecycle({ ...forDays, ID: 'a' }, { ID: 'b', Prefix: '', Expiration: { Days: 1 } }), 'InvalidRequest'],
  ['an empty action', lifecycle({ ...forDays, NoncurrentVersionExpiration: {} }), 'MalformedXML'],
  ['no midnight', lifecycle({ Filter: {}, Expiration: { Date: new Date('2030-01-01T02:00:00Z') } }), 'InvalidArgument', { ArgumentName: 'Date' }],
];

test.each(CASES)('S3 refuses %s', async (_what, answer, name, members = {}) => {
  await expect(answer(await newBucket())).rejects.toMatchObject({ name, ...members });
});

test('rules of lifecycle without an id are given one', async () => {
  const Bucket = await newBucket();
  await lifecycle(
    { ...forDays, Filter: { Prefix: 'a&b <c>' } },
    {
      ID: 'own',
      Filter: { Prefix: 'k' },
      Transitions: [
        { Days: 30, StorageClass: 'STANDARD_IA' },
        { Days: 60, StorageClass: 'GLACIER' },
      ],
    },
  )(Bucket);
  const { Rules } = await send(new s3.GetBucketLifecycleConfigurationCommand({ Bucket }));
  expect(Rules).toEqual([
    { ID: expect.stringMatching(/^.{36}$/), Status: 'Enabled', Filter: { Prefix: 'a&b <c>' }, Expiration: { Days: 1 } },
    expect.objectContaining({
      ID: 'own',
      Transitions: [
        { Days: 30, StorageClass: 'STANDARD_IA' },
        { Days: 60, StorageClass: 'GLACIER' },
      ],
    }),
  ]);
  expect((await put(Bucket, 'a&b <c>1', '')).Expiration).toContain(Rules?.[0]?.ID);
});

test('a rule of lifecycle tells when an object expires', async () => {
  const Bucket = await newBucket();
  await lifecycle(
    { ID: 'late', Filter: { Prefix: 'k' }, Expiration: { Days: 9 } },
    { ID: 'soon', Filter: { And: { Prefix: 'k', Tags: [{ Key: 'a', Value: 'b' }] } }, Expiration: { Days: 2 } },
  )(Bucket);
  const day = 86_400_000;
  const midnight = (days: number) => new Date(Math.ceil(clock.now() / day + days) * day).toUTCString();
  expect((await put(Bucket, 'k', '')).Expiration).toBe(`expiry-date="${midnight(9)}", rule-id="late"`);
  await put(Bucket, 'k', '', { Tagging: 'a=b' });
  expect((await get(Bucket, 'k')).Expiration).toBe(`expiry-date="${midnight(2)}", rule-id="soon"`);
  expect((await put(Bucket, 'x', '')).Expiration).toBeUndefined();
});
