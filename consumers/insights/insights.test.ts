import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { batchOf, RecordingClient, STREAM_ARN } from '../testing';
import { insightsHandler, type State } from './insights';

const START = '2026-11-26T08:00:00Z';
const status = (value: unknown) => JSON.stringify({ status: value });

describe('the handler of insights', () => {
  let cloudwatch: RecordingClient;
  let log: jest.SpyInstance;
  beforeEach(() => {
    cloudwatch = new RecordingClient();
    log = jest.spyOn(console, 'log').mockImplementation(() => undefined);
  });
  afterEach(() => log.mockRestore());

  const handle = (event: object) =>
    insightsHandler({ cloudwatch: cloudwatch as unknown as CloudWatchClient, namespace: 'Lake', field: 'status' })(
      event as never,
    );
  const invoke = (state: State, isFinalInvokeForWindow: boolean, ...texts: string[]) =>
    handle({
      ...batchOf(...texts),
      window: { start: START, end: '2026-11-26T08:01:00Z' },
      state,
      shardId: 'shardId-000000000000',
      eventSourceARN: STREAM_ARN,
      isFinalInvokeForWindow,
      isWindowTerminatedEarly: false,
    });
  const counted = () =>
    Object.fromEntries(
      (cloudwatch.sent as { MetricData: { Dimensions: { Value: string }[]; Value: number }[] }[])
        .flatMap(({ MetricData }) => MetricData)
        .map(({ Dimensions, Value }) => [Dimensions[1]?.Value ?? 'all', Value]),
    );

  test('counts go on from batch to batch, and are put once, when the window ends, at its start', async () => {
    const first = await invoke({}, false, status('Active'), status('Canceled'));
    expect(first.batchItemFailures).toEqual([]);
    // State travels as JSON.
    const second = await invoke(
      JSON.parse(JSON.stringify(first.state)),
      false,
      `${status('Active')}\n${status('Active')}`,
    );
    expect(cloudwatch.sent).toEqual([]);
    // AWS ends a window with a batch, or with no record at all.
    expect(await invoke(JSON.parse(JSON.stringify(second.state)), true)).toEqual({ state: {}, batchItemFailures: [] });
    expect(cloudwatch.sent).toHaveLength(1);
    expect(cloudwatch.sent[0]).toMatchObject({
      Namespace: 'Lake',
      MetricData: [
        { MetricName: 'Records', Timestamp: new Date(START), Dimensions: [{ Name: 'StreamName', Value: 'events' }] },
        {
          Dimensions: [
            { Name: 'StreamName', Value: 'events' },
            { Name: 'status', Value: 'Active' },
          ],
        },
        {},
      ],
    });
    expect(counted()).toEqual({ all: 4, Active: 3, Canceled: 1 });
  });

  test('an empty window puts nothing; without windows each batch puts its own counts', async () => {
    await invoke({}, true);
    expect(cloudwatch.sent).toEqual([]);
    await handle(batchOf(status('Active')));
    expect(counted()).toEqual({ all: 1, Active: 1 });
  });

  test('whatever a value is, it becomes a dimension that CloudWatch takes', async () => {
    await invoke({}, true, ...['', ':x', 'Ünïcode', null, 7, '__proto__', {}].map(status), '{}', 'no JSON');
    expect(counted()).toEqual({
      all: 9,
      '(none)': 3,
      '?x': 1,
      '?n?code': 1,
      '7': 1,
      __proto__: undefined,
      '[object Object]': 1,
      '(unreadable)': 1,
      ...JSON.parse('{"__proto__":1}'),
    });
  });

  test('values without end are counted together beyond the twentieth: each is a metric that costs', async () => {
    const { state } = await invoke({}, false, ...Array.from({ length: 1_000 }, (_none, index) => status(`v${index}`)));
    await invoke(state, true, status('another'), status('v3'));
    expect(Object.keys(counted())).toHaveLength(22);
    expect(counted()).toMatchObject({ all: 1_002, '(other)': 981, v3: 2 });
  });

  test('a window whose metrics are refused fails, so that Lambda ends it again', async () => {
    cloudwatch.failure = new Error('Throttling');
    await expect(invoke({ counts: [['Active', 1]] }, true)).rejects.toThrow('Throttling');
  });
});
