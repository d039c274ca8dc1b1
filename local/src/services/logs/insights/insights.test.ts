import {
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DescribeQueriesCommand,
  GetQueryResultsCommand,
  InvalidParameterException,
  MalformedQueryException,
  PutLogEventsCommand,
  ResourceNotFoundException,
  StartQueryCommand,
  type StartQueryCommandInput,
  StopQueryCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { eventually, localFixture } from 'lakehouse-local/testing';

const local = localFixture();
const { logs } = local;
const logGroupName = 'app';
const start = Math.floor(Date.now() / 3_600_000) * 3_600_000 - 3_600_000;
const MESSAGES = [
  '{"level":"info","ms":10,"user":{"id":"ann"},"path":"/a"}',
  '{"level":"error","ms":250,"user":{"id":"bob"},"path":"/b","ok":false}',
  '{"level":"info","ms":30,"user":{"id":"ann"},"path":"/b"}',
  'plain GET /c took 7 ms for [cy]',
  '{"level":"error","ms":90,"user":{"id":"cy"},"path":"/a"}',
];

beforeAll(async () => {
  await logs.send(new CreateLogGroupCommand({ logGroupName }));
  for (const [index, logStreamName] of ['s1', 's2'].entries()) {
    await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
    const all = MESSAGES.map((message, at) => ({ message, timestamp: start + at * 60_000 }));
    const logEvents = all.filter((_event, at) => at % 2 === index);
    await logs.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
  }
});

const begin = (queryString: string, more: Partial<StartQueryCommandInput> = {}, client = logs) =>
  client.send(
    new StartQueryCommand({
      ...{ logGroupName, queryString, startTime: start / 1000, endTime: start / 1000 + 3_600 },
      ...more,
    }),
  );

async function ended(queryString: string, more: Partial<StartQueryCommandInput> = {}) {
  const { queryId } = await begin(queryString, more);
  return eventually(async () => {
    const answer = await logs.send(new GetQueryResultsCommand({ queryId }));
    return !/Running|Scheduled/.test(answer.status ?? '') && answer;
  });
}

/** Values of the results' rows, `@ptr` left out. */
async function rows(queryString: string, more: Partial<StartQueryCommandInput> = {}) {
  const { status, results } = await ended(queryString, more);
  expect(status).toBe('Complete');
  return results?.map((row) =>
    Object.fromEntries(row.filter(({ field }) => field !== '@ptr').map(({ field, value }) => [field, value])),
  );
}

const minute = (at: number) => new Date(start + at * 60_000).toISOString().replace('T', ' ').replace('Z', '');

test('rows come newest first, with the fields that are asked for', async () => {
  expect(await rows('fields @timestamp, @logStream, level | limit 2')).toEqual([
    { '@timestamp': minute(4), '@logStream': 's1', level: 'error' },
    { '@timestamp': minute(3), '@logStream': 's2' },
  ]);
  const answer = await ended('filter level = "error"');
  expect(answer.statistics).toMatchObject({ recordsScanned: 5, recordsMatched: 2 });
  expect(answer.results?.[0]?.map(({ field }) => field)).toEqual(['@timestamp', '@message', '@ptr']);
  expect(await rows('fields @log | limit 1')).toEqual([{ '@log': '000000000000:app' }]);
  expect(await rows('fields @message', { endTime: start / 1000, limit: 10 })).toEqual([{ '@message': MESSAGES[0] }]);
});

test.each<[string, Record<string, string>[]]>([
  ['fields user.id as u | filter ms >= 30 and level != "info" | sort ms asc', [{ u: 'cy' }, { u: 'bob' }]],
  ['fields path | filter level like /^inf/ and path not like "a"', [{ path: '/b' }]],
  ['fields ms | filter user.id in ["bob", "cy"] or ms = 10 | sort ms desc | limit 2', [{ ms: '250' }, { ms: '90' }]],
  ['filter not ispresent(level) # the plain one\n| display strlen(@message) as n', [{ n: '31' }]],
  ['fields ms / 10 + 1 as x, toupper(level) as l | filter ms = 250 | display x, l', [{ x: '26', l: 'ERROR' }]],
  [
    'filter @message =~ /took/ | parse @message "GET * took * ms" as path, took | display path, took',
    [{ path: '/c', took: '7' }],
  ],
  [
    'filter @message like "took" | parse /took (?<n>\\d+) ms for \\[(?<who>\\w+)\\]/ | display n, who',
    [{ n: '7', who: 'cy' }],
  ],
  ['fields `user.id`, ok | filter ok = false | display `user.id`, ok', [{ 'user.id': 'bob', ok: 'false' }]],
  ['dedup level | sort level asc | display level', [{ level: 'error' }, { level: 'info' }, {}]],
])('%s', async (query, expected) => {
  expect(await rows(query)).toEqual(expected);
});

test('stats by fields and by time', async () => {
  expect(
    await rows('stats count(*) as n, avg(ms), max(ms) - min(ms) as span by level | sort n desc, level asc'),
  ).toEqual([
    { level: 'error', n: '2', 'avg(ms)': '170', span: '160' },
    { level: 'info', n: '2', 'avg(ms)': '20', span: '20' },
    { n: '1' },
  ]);
  expect(await rows('stats count() by bin(2m) as at | sort at')).toEqual([
    { at: minute(0), 'count()': '2' },
    { at: minute(2), 'count()': '2' },
    { at: minute(4), 'count()': '1' },
  ]);
  expect(
    await rows('stats count_distinct(user.id) as users, pct(ms, 50) as median, latest(path) as p, sum(ms) as s'),
  ).toEqual([{ users: '3', median: '30', p: '/a', s: '380' }]);
});

test('what can’t be read is refused with its place, and what isn’t there not found', async () => {
  for (const query of [
    'fields @message | filtr x',
    'filter a = ',
    'stats nope(x)',
    'parse @message "a*" as b, c',
    'filter a like /(/',
    'limit 0',
    `filter ${'('.repeat(500)}a`,
  ]) {
    await expect(begin(query)).rejects.toThrow(MalformedQueryException);
  }
  const error = await begin('fields a |\nfiltr b').catch((thrown: MalformedQueryException) => thrown);
  expect((error as MalformedQueryException).queryCompileError?.location?.startCharOffset).toBe(11);
  await expect(begin('fields a', { logGroupName: 'none' })).rejects.toThrow(ResourceNotFoundException);
  await expect(begin('fields a', { logGroupNames: ['app'] })).rejects.toThrow(InvalidParameterException);
  await expect(logs.send(new GetQueryResultsCommand({ queryId: 'none' }))).rejects.toThrow(ResourceNotFoundException);
});

test('queries are listed, survive a restart, and are stopped', async () => {
  const { queryId } = await begin('fields @message | limit 1');
  await eventually(async () => (await logs.send(new GetQueryResultsCommand({ queryId }))).status === 'Complete');
  await local.restart();
  const { queries } = await logs.send(new DescribeQueriesCommand({ logGroupName, status: 'Complete', maxResults: 1 }));
  expect(queries).toEqual([
    {
      ...{ queryId, logGroupName, status: 'Complete', queryLanguage: 'CWLI', createTime: expect.any(Number) },
      queryString: `SOURCE "app" START=${start} END=${start + 3_600_999} | fields @message | limit 1`,
    },
  ]);
  expect((await logs.send(new GetQueryResultsCommand({ queryId }))).results).toHaveLength(1);
  await expect(logs.send(new StopQueryCommand({ queryId }))).rejects.toThrow(InvalidParameterException);
});

test('a role needs the right to the group, and hostile expressions end', async () => {
  const RoleArn = await local.role('analyst');
  const { logs: client } = await local.assume(RoleArn);
  await expect(begin('fields a', {}, client)).rejects.toThrow('not authorized');
  await local.permit('analyst', {
    Effect: 'Allow',
    Action: 'logs:StartQuery',
    Resource: 'arn:aws:logs:us-east-1:000000000000:log-group:app:*',
  });
  expect((await begin('fields a', {}, client)).queryId).toBeDefined();
  await logs.send(new CreateLogGroupCommand({ logGroupName: 'hostile' }));
  await logs.send(new CreateLogStreamCommand({ logGroupName: 'hostile', logStreamName: 's' }));
  const logEvents = [{ message: `${'a'.repeat(100_000)}!`, timestamp: start }];
  await logs.send(new PutLogEventsCommand({ logGroupName: 'hostile', logStreamName: 's', logEvents }));
  for (const query of [
    'filter @message like /(a+)+b/ | display @logStream',
    `filter @message like "x" | parse @message "${'*a'.repeat(30)}*b" as ${Array.from({ length: 31 }, (_, n) => `f${n}`)}`,
    'parse @message /(?<x>(a|aa)+)b/ | filter ispresent(x) | display @logStream',
  ]) {
    expect(await rows(query, { logGroupName: 'hostile' })).toEqual([]);
  }
});
