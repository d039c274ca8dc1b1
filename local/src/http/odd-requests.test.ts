import { connect } from 'node:net';
import { CreateTopicCommand } from '@aws-sdk/client-sns';
import { localFixture } from 'lakehouse-local/testing';
import { encodeCbor } from './protocols/cbor-codec';

/*
 * Requests as no SDK sends them, over a socket: each is answered as the caller's own error, and a fault that the endpoint
 * logs fails the file. They are those that once were faults of the endpoint.
 */
const local = localFixture();

interface Answer {
  readonly status: number;
  readonly headers: string;
  readonly body: string;
}

/** Sends a request. @returns what comes until the other side closes; status 0 for nothing */
function send(line: string, headers: readonly string[], body: string | Buffer = ''): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(local.url).port), '127.0.0.1');
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
    });
    socket.on('error', reject);
    socket.on('close', () => {
      const [head = '', ...rest] = text.split('\r\n\r\n');
      resolve({ status: Number(head.split(' ')[1] ?? 0), headers: head, body: rest.join('\r\n\r\n') });
    });
    const length = `content-length: ${Buffer.byteLength(body)}`;
    socket.write([`${line} HTTP/1.1`, 'host: localhost', 'connection: close', length, ...headers, '', ''].join('\r\n'));
    socket.write(body);
  });
}

const json = (target: string, body: string, type = 'application/x-amz-json-1.1') =>
  send('POST /', [`x-amz-target: ${target}`, `content-type: ${type}`], body);
const form = (service: string, fields: Readonly<Record<string, string>>) =>
  send('POST /', [FORM, signedFor(service)], new URLSearchParams(fields).toString());
const signedFor = (service: string) =>
  `authorization: AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=a`;
const FORM = 'content-type: application/x-www-form-urlencoded';
const METRICS = 'GraniteServiceVersion20100801';

describe('a value that has no text, where a number belongs', () => {
  const datum = (value: string) => `{"Namespace":"n","MetricData":[{"MetricName":"m","Value":${value}}]}`;

  test.each([
    ['an object whose toString is a number', '{"toString":1,"valueOf":1}', 'Start of structure or map found'],
    ['a list of many levels', `${'['.repeat(30_000)}${']'.repeat(30_000)}`, 'Start of list found'],
  ])('%s in JSON', async (_what, value, message) => {
    const answer = await json(`${METRICS}.PutMetricData`, datum(value));
    expect(answer).toMatchObject({ status: 400, body: expect.stringContaining('SerializationException') });
    expect(answer.body).toContain(message);
  });

  test('a map in CBOR, and members in a form', async () => {
    const body = encodeCbor({ Namespace: 'n', MetricData: [{ MetricName: 'm', Value: { toString: 1 } }] }, 'seconds');
    const rpc = ['smithy-protocol: rpc-v2-cbor', 'content-type: application/cbor'];
    const cbor = await send(`POST /service/${METRICS}/operation/PutMetricData`, rpc, body);
    expect(cbor).toMatchObject({ status: 400, body: expect.stringContaining('SerializationException') });
    const Action = { Action: 'PutMetricData', Version: '2010-08-01', Namespace: 'n' };
    const first = { 'MetricData.member.1.MetricName': 'm', 'MetricData.member.1.Value.a.b': '1' };
    expect(await form('monitoring', { ...Action, ...first })).toMatchObject({ status: 400 });
  });
});

test.each([
  ['AmazonSQS.GetQueueUrl', 'QueueName', 'QueueDoesNotExist'],
  ['Logs_20140328.DeleteResourcePolicy', 'policyName', 'ResourceNotFoundException'],
  ['DynamoDB_20120810.DescribeExport', 'ExportArn', 'Exception'],
  ['AmazonSQS.ListQueues', 'QueueNamePrefix', '{}'],
])('a name of 70,000 characters is none that is there: %s', async (target, member, said) => {
  const answer = await json(target, JSON.stringify({ [member]: 'x'.repeat(70_000) }));
  expect(answer.status).toBeLessThan(500);
  expect(answer.body).toContain(said);
});

describe('names that every JavaScript object has', () => {
  test('are no attributes of a queue', async () => {
    const body = '{"QueueName":"q","Attributes":{"constructor":"y"}}';
    expect(await json('AmazonSQS.CreateQueue', body)).toMatchObject({
      status: 400,
      body: expect.stringContaining('InvalidAttributeName'),
    });
  });

  test('are no kinds of principals', async () => {
    const Statement = { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { constructor: 'x' } };
    const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    const fields = { Action: 'CreateRole', Version: '2010-05-08', RoleName: 'r', AssumeRolePolicyDocument };
    expect(await form('iam', fields)).toMatchObject({
      status: 400,
      body: expect.stringContaining('Invalid principal in policy'),
    });
  });

  test('are no operators of an expression over partitions, nor of a search of tables', async () => {
    await json('AWSGlue.CreateDatabase', '{"DatabaseInput":{"Name":"d"}}');
    const PartitionKeys = [{ Name: 'p', Type: 'string' }];
    const table = { DatabaseName: 'd', TableInput: { Name: 't', PartitionKeys } };
    await json('AWSGlue.CreateTable', JSON.stringify(table));
    const partition = { DatabaseName: 'd', TableName: 't', PartitionInput: { Values: ['x'] } };
    await json('AWSGlue.CreatePartition', JSON.stringify(partition));
    const asked = JSON.stringify({ DatabaseName: 'd', TableName: 't', Expression: "p valueOf 'x'" });
    expect(await json('AWSGlue.GetPartitions', asked)).toMatchObject({
      status: 400,
      body: expect.stringContaining("Unsupported expression 'p valueOf 'x''"),
    });
    const Filters = [{ Key: 'toString', Value: 'x', Comparator: '__proto__' }];
    expect(await json('AWSGlue.SearchTables', JSON.stringify({ Filters }))).toMatchObject({
      status: 200,
      body: '{"TableList":[]}',
    });
  });

  test('are no operators of a filter policy', async () => {
    const { TopicArn = '' } = await local.sns.send(new CreateTopicCommand({ Name: 't' }));
    const fields = { Action: 'Subscribe', Version: '2010-03-31', TopicArn, Protocol: 'sqs' };
    const attributes = {
      Endpoint: 'arn:aws:sqs:us-east-1:000000000000:q',
      'Attributes.entry.1.key': 'FilterPolicy',
      'Attributes.entry.1.value': '{"a":[{"toString":1}]}',
    };
    expect(await form('sns', { ...fields, ...attributes })).toMatchObject({
      status: 400,
      body: expect.stringContaining('Unrecognized match type toString'),
    });
  });
});

test.each(['GET /2015-03-31/functions/%zz', 'PUT /2015-03-31/event-source-mappings/%ff'])(
  'a path that is not percent-encoded is told, signed or not: %s',
  async (line) => {
    for (const headers of [[], [signedFor('lambda')]])
      expect(await send(line, headers)).toMatchObject({
        status: 400,
        body: expect.stringContaining('The path has a part that is not percent-encoded'),
      });
  },
);

test("answers have no words of JavaScript's, and the type of a JSON answer is JSON's", async () => {
  const gzip = [`x-amz-target: ${METRICS}.ListMetrics`, 'content-encoding: gzip'];
  expect((await send('POST /', gzip, 'x')).body).toContain('"The request body is not gzip."');
  const dashboard = await json(`${METRICS}.PutDashboard`, '{"DashboardName":"d","DashboardBody":"a"}');
  expect(dashboard.body).toContain('must be a valid JSON object: it is not JSON');
  expect((await send('POST /service//operation/', ['smithy-protocol: rpc-v2-cbor'])).body).not.toContain('undefined');
  expect((await form('', { Action: 'X' })).body).toContain('for version NO_VERSION_SPECIFIED');
  const page = await json('<script>.x', '{}', 'text/html');
  expect(page.headers).toContain('content-type: application/x-amz-json-1.1');
});
