import {
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteLogGroupCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  InvalidParameterException,
  ListLogGroupsCommand,
  ListTagsForResourceCommand,
  PutLogEventsCommand,
  PutRetentionPolicyCommand,
  ResourceAlreadyExistsException,
  ResourceNotFoundException,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { localFixture, TestClock } from 'lakehouse-local/testing';

const DAY_MS = 86_400_000;

const clock = new TestClock();
const local = localFixture({ clock });
const { logs } = local;

async function makeStream(group: string, ...streams: string[]): Promise<void> {
  await logs.send(new CreateLogGroupCommand({ logGroupName: group }));
  for (const stream of streams) {
    await logs.send(new CreateLogStreamCommand({ logGroupName: group, logStreamName: stream }));
  }
}

function put(group: string, stream: string, events: [offset: number, message: string][]) {
  const logEvents = events.map(([offset, message]) => ({ timestamp: clock.now() + offset, message }));
  return logs.send(new PutLogEventsCommand({ logGroupName: group, logStreamName: stream, logEvents }));
}

async function filtered(group: string, filterPattern: string): Promise<(string | undefined)[]> {
  const answer = await logs.send(new FilterLogEventsCommand({ logGroupName: group, filterPattern }));
  return (answer.events ?? []).map((event) => event.message);
}

test('a group is described with the ARN forms that the provider reads, and found by prefix and identifier', async () => {
  await logs.send(new CreateLogGroupCommand({ logGroupName: '/aws/kinesisfirehose/a', tags: { team: 'data' } }));
  await logs.send(new CreateLogGroupCommand({ logGroupName: '/aws/other' }));
  await logs.send(new PutRetentionPolicyCommand({ logGroupName: '/aws/kinesisfirehose/a', retentionInDays: 14 }));
  const { logGroups } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: '/aws/kinesis' }));
  const arn = 'arn:aws:logs:us-east-1:000000000000:log-group:/aws/kinesisfirehose/a';
  expect(logGroups).toMatchObject([
    { logGroupName: '/aws/kinesisfirehose/a', arn: `${arn}:*`, logGroupArn: arn, retentionInDays: 14, storedBytes: 0 },
  ]);
  const byArn = await logs.send(new DescribeLogGroupsCommand({ logGroupIdentifiers: [arn] }));
  expect(byArn.logGroups).toHaveLength(1);

  await logs.send(new TagResourceCommand({ resourceArn: arn, tags: { stage: 'dev' } }));
  await logs.send(new UntagResourceCommand({ resourceArn: arn, tagKeys: ['team'] }));
  expect(await logs.send(new ListTagsForResourceCommand({ resourceArn: arn }))).toMatchObject({
    tags: { stage: 'dev' },
  });
});

test('listings are paged without loss', async () => {
  await makeStream('paged', ...Array.from({ length: 7 }, (_, i) => `stream-${i}`));
  const names: (string | undefined)[] = [];
  let nextToken: string | undefined;
  do {
    const page = await logs.send(new DescribeLogStreamsCommand({ logGroupName: 'paged', limit: 3, nextToken }));
    names.push(...(page.logStreams ?? []).map((stream) => stream.logStreamName));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  expect(names).toEqual(Array.from({ length: 7 }, (_, i) => `stream-${i}`));
});

test('a stream is found and goes with its group whatever its name begins with', async () => {
  const names = ['plain', '\u{1f600}-events', '\u{10ffff}'];
  await makeStream('/any/text', ...names);
  const listed = await logs.send(new DescribeLogStreamsCommand({ logGroupName: '/any/text' }));
  expect(listed.logStreams?.map(({ logStreamName }) => logStreamName)).toEqual(names);
  const byPrefix = { logGroupName: '/any/text', logStreamNamePrefix: '\u{1f600}' };
  expect((await logs.send(new DescribeLogStreamsCommand(byPrefix))).logStreams).toHaveLength(1);
  await logs.send(new DeleteLogGroupCommand({ logGroupName: '/any/text' }));
  await makeStream('/any/text');
  expect((await logs.send(new DescribeLogStreamsCommand({ logGroupName: '/any/text' }))).logStreams).toEqual([]);
});

test('what AWS refuses is refused with its exception', async () => {
  await makeStream('refusals', 's');
  await expect(logs.send(new CreateLogGroupCommand({ logGroupName: 'refusals' }))).rejects.toThrow(
    ResourceAlreadyExistsException,
  );
  await expect(put('absent', 's', [[0, 'x']])).rejects.toThrow(ResourceNotFoundException);
  await expect(put('refusals', 'absent', [[0, 'x']])).rejects.toThrow('The specified log stream does not exist.');
  await expect(logs.send(new CreateLogGroupCommand({ logGroupName: 'a name' }))).rejects.toThrow(
    InvalidParameterException,
  );
  await expect(
    logs.send(new PutRetentionPolicyCommand({ logGroupName: 'refusals', retentionInDays: 2 })),
  ).rejects.toThrow(InvalidParameterException);
  await expect(
    put('refusals', 's', [
      [0, 'later'],
      [-1, 'earlier'],
    ]),
  ).rejects.toThrow('chronological order');
  await expect(put('refusals', 's', [[0, 'x'.repeat(1_048_600)]])).rejects.toThrow('Upload too large');
});

test('events that are too old or too new are rejected by index, the rest is kept', async () => {
  await makeStream('ages', 's');
  // A batch spans a day at most: old and new events need separate ones.
  const old = await put('ages', 's', [
    [-14 * DAY_MS - 1, 'too old'],
    [-14 * DAY_MS + 1, 'old'],
  ]);
  expect(old.rejectedLogEventsInfo).toEqual({ tooOldLogEventEndIndex: 1 });
  const fresh = await put('ages', 's', [
    [0, 'now'],
    [2 * 3_600_000 + 1, 'too new'],
  ]);
  expect(fresh.rejectedLogEventsInfo).toEqual({ tooNewLogEventStartIndex: 1 });
  expect(await filtered('ages', '')).toEqual(['old', 'now']);
});

test('GetLogEvents starts at the end by default, walks both ways, and stands still where nothing is', async () => {
  await makeStream('walk', 's');
  const read = (more: object) =>
    logs.send(new GetLogEventsCommand({ logGroupName: 'walk', logStreamName: 's', limit: 2, ...more }));
  const empty = await read({});
  await put(
    'walk',
    's',
    Array.from({ length: 5 }, (_, i) => [i, `event ${i}`]),
  );
  const messages = (page: { events?: { message?: string }[] }) => page.events?.map((event) => event.message);

  expect(messages(await read({ nextToken: empty.nextForwardToken }))).toEqual(['event 0', 'event 1']);
  const last = await read({});
  expect(messages(last)).toEqual(['event 3', 'event 4']);
  const before = await read({ nextToken: last.nextBackwardToken });
  expect(messages(before)).toEqual(['event 1', 'event 2']);
  expect(messages(await read({ nextToken: before.nextForwardToken }))).toEqual(['event 3', 'event 4']);
  const end = await read({ nextToken: last.nextForwardToken });
  expect(messages(end)).toEqual([]);
  expect(end.nextForwardToken).toBe(last.nextForwardToken);
  expect(messages(await read({ startFromHead: true, startTime: clock.now() + 1, endTime: clock.now() + 2 }))).toEqual([
    'event 1',
  ]);
  await expect(read({ nextToken: 'f/1/s' })).rejects.toThrow(InvalidParameterException);
});

test('FilterLogEvents merges streams by time and pages through them', async () => {
  await makeStream('merge', 'a', 'b');
  await put('merge', 'a', [
    [0, 'a0'],
    [2, 'a2'],
    [4, 'a4'],
  ]);
  await put('merge', 'b', [
    [1, 'b1'],
    [3, 'b3'],
  ]);
  const seen: (string | undefined)[] = [];
  const ids = new Set<string | undefined>();
  let nextToken: string | undefined;
  do {
    const page = await logs.send(new FilterLogEventsCommand({ logGroupName: 'merge', limit: 2, nextToken }));
    for (const event of page.events ?? []) {
      seen.push(event.message);
      ids.add(event.eventId);
    }
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  expect(seen).toEqual(['a0', 'b1', 'a2', 'b3', 'a4']);
  expect(ids.size).toBe(5);
});

test('filter patterns: terms, phrases, exclusion, JSON, fields', async () => {
  await makeStream('patterns', 's');
  const json = '{"errorCode":"S3.AccessDenied","attempts":3,"detail":{"ok":false},"items":[{"id":7}],"none":null}';
  const access = '127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534';
  const plain = ['ERROR 500 timed out', 'WARN slow', 'INFO all is well', json, access];
  await put(
    'patterns',
    's',
    plain.map((message, i) => [i, message]),
  );
  expect(await filtered('patterns', 'ERROR out')).toEqual([plain[0]]);
  expect(await filtered('patterns', '"is well"')).toEqual([plain[2]]);
  expect(await filtered('patterns', '?ERROR ?WARN')).toEqual([plain[0], plain[1]]);
  expect(await filtered('patterns', '-INFO -WARN -errorCode -GET')).toEqual([plain[0]]);
  expect(await filtered('patterns', '%ERR.R [0-9]+%')).toEqual([plain[0]]);
  for (const matching of [
    '{ $.errorCode = "S3.AccessDenied" }',
    '{ $.errorCode = "S3.*" && $.attempts >= 3 }',
    '{ $.errorCode = "*.Acc*Den*" && $.errorCode != "S3.*S3.*" && $.errorCode != "*Denie" }',
    '{ ($.attempts = 1 || $.attempts = 3) && $.detail.ok IS FALSE }',
    '{ $.items[0].id = 7 }',
    '{ $.none IS NULL && $.missing NOT EXISTS }',
    '{ $.errorCode != "x" }',
  ]) {
    expect({ matching, found: await filtered('patterns', matching) }).toEqual({ matching, found: [json] });
  }
  expect(await filtered('patterns', '{ $.attempts > 3 }')).toEqual([]);
  expect(await filtered('patterns', '[ip, id, user, time, request, status = 4*, size > 1000]')).toEqual([access]);
  expect(await filtered('patterns', '[..., status = 404, size]')).toEqual([access]);
  expect(await filtered('patterns', '[..., status = 200, size]')).toEqual([]);
  for (const broken of ['{ $.a = }', '{ $.a = "x" ', '"open', '{ a = 1 }']) {
    await expect(filtered('patterns', broken)).rejects.toThrow(InvalidParameterException);
  }
});

test('a pattern of many wildcards takes no longer for it', async () => {
  await makeStream('wild', 's');
  await put('wild', 's', [[0, JSON.stringify({ a: 'a'.repeat(50_000) })]]);
  expect(await filtered('wild', `{ $.a = "${'*a'.repeat(200)}*b" }`)).toEqual([]);
  expect(await filtered('wild', `{ $.a = "${'*a'.repeat(200)}*" }`)).toHaveLength(1);
});

test('the rights of a role are those to the groups and streams that its policy names', async () => {
  await makeStream('rights', 's');
  const roleArn = await local.role('logger');
  const { logs: asRole } = await local.assume(roleArn);
  const describe = () => asRole.send(new DescribeLogGroupsCommand({}));
  await expect(describe()).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: expect.stringContaining(
      'logs:DescribeLogGroups on resource: arn:aws:logs:us-east-1:000000000000:log-group::log-stream: because',
    ),
  });
  const allow = (Action: string, name: string) => ({
    ...{ Effect: 'Allow', Action },
    Resource: `arn:aws:logs:us-east-1:000000000000:log-group:${name}`,
  });
  await local.permit('logger', allow('logs:Describe*', '*'), allow('logs:*LogStream', 'rights:log-stream:mine-*'));
  await describe();
  const create = (logStreamName: string) =>
    asRole.send(new CreateLogStreamCommand({ logGroupName: 'rights', logStreamName }));
  await create('mine-1');
  await expect(create('yours')).rejects.toMatchObject({ name: 'AccessDeniedException' });
});

test('retention hides what has expired', async () => {
  await makeStream('retained', 's');
  await put('retained', 's', [[0, 'first']]);
  await logs.send(new PutRetentionPolicyCommand({ logGroupName: 'retained', retentionInDays: 3 }));
  clock.advance(3 * DAY_MS + 1);
  expect(await filtered('retained', '')).toEqual([]);
  await put('retained', 's', [[0, 'second']]);
  expect(await filtered('retained', '')).toEqual(['second']);
});

test('events are there after a restart, and gone with their group, also when it is made again', async () => {
  await makeStream('durable', 's');
  await put('durable', 's', [[0, 'kept']]);
  await local.restart();
  expect(await filtered('durable', '')).toEqual(['kept']);
  await logs.send(new DeleteLogGroupCommand({ logGroupName: 'durable' }));
  await expect(filtered('durable', '')).rejects.toThrow(ResourceNotFoundException);
  await makeStream('durable', 's');
  expect(await filtered('durable', '')).toEqual([]);
});

test('an ARN of another region is not found', async () => {
  await logs.send(new CreateLogGroupCommand({ logGroupName: 'here' }));
  const arn = 'arn:aws:logs:eu-west-1:000000000000:log-group:here';
  for (const command of [
    new DescribeLogStreamsCommand({ logGroupIdentifier: arn }),
    new FilterLogEventsCommand({ logGroupIdentifier: arn }),
  ]) {
    await expect(logs.send(command as FilterLogEventsCommand)).rejects.toThrow(ResourceNotFoundException);
  }
  await expect(logs.send(new ListTagsForResourceCommand({ resourceArn: arn }))).rejects.toThrow(
    'The specified resource does not exist.',
  );
});

test('a group is not named by the ARN of its streams, and the message leaves it out as AWS does', async () => {
  const logGroupIdentifier = 'arn:aws:logs:us-east-1:000000000000:log-group:here:*';
  await expect(logs.send(new DescribeLogStreamsCommand({ logGroupIdentifier }))).rejects.toThrow(
    "1 validation error detected: Value at 'logGroupIdentifier' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w#+=/:,.@-]*",
  );
});

test('a search by pattern leaves out what other listings have of a group', async () => {
  await logs.send(new CreateLogGroupCommand({ logGroupName: 'listed' }));
  const listed = async (input: object) => (await logs.send(new DescribeLogGroupsCommand(input))).logGroups?.[0];
  expect(await listed({ logGroupNamePrefix: 'listed' })).toMatchObject({
    storedBytes: 0,
    deletionProtectionEnabled: false,
  });
  expect(await listed({ logGroupNamePattern: 'LIST' })).toBeUndefined();
  const brief = await listed({ logGroupNamePattern: 'ist' });
  expect(brief?.logGroupName).toBe('listed');
  expect(brief).not.toHaveProperty('storedBytes');
  expect(brief).not.toHaveProperty('deletionProtectionEnabled');
});

test('groups are listed by alternatives, each a substring or a prefix', async () => {
  for (const logGroupName of ['/lake/in', '/lake/out', 'my/lake/in', 'Discovery'])
    await logs.send(new CreateLogGroupCommand({ logGroupName }));
  const listed = async (logGroupNamePattern: string) =>
    (await logs.send(new ListLogGroupsCommand({ logGroupNamePattern }))).logGroups?.map((each) => each.logGroupName);
  expect(await listed('/lake/in')).toEqual(['/lake/in', 'my/lake/in']);
  expect(await listed('^/lake')).toEqual(['/lake/in', '/lake/out']);
  expect(await listed('^/lake/in|scover')).toEqual(['/lake/in', 'Discovery']);
  for (const pattern of ['in', 'one|', 'a*bc'])
    await expect(listed(pattern)).rejects.toThrow('Member must satisfy regular expression pattern: ');
});

test('a tag has a key and a value of the allowed characters, and a request at least one', async () => {
  const tagged = (tags: Record<string, string>) =>
    logs.send(new CreateLogGroupCommand({ logGroupName: 'tagged', tags }));
  const refused: Record<string, string>[] = [{}, { a$: 'b' }, { ['k'.repeat(129)]: 'v' }, { a: 'b$' }];
  for (const tags of refused) await expect(tagged(tags)).rejects.toThrow(InvalidParameterException);
  await tagged({ 'é: 1': 'ü @' });
});
