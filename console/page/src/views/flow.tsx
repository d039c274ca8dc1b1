import type { ComponentChildren } from 'preact';
import { addressOf } from '../address';
import type { ConsumerView, Flow, Lakehouse, Live, Part, Rate } from '../api';
import { ago, bytes, clock, count, duration, plural } from '../format';

type Tone = 'good' | 'bad' | 'idle';

interface NodeView {
  readonly title: string;
  readonly name: string;
  readonly tone: Tone;
  readonly state: string;
  readonly facts: readonly ComponentChildren[];
  /** Advice on a problem. */
  readonly advice?: string | undefined;
}

/** The overview: a record's path from the producer to a row of SQL, each step with its state and live numbers. */
export function FlowView({ flow, lakehouse }: { flow: Flow | undefined; lakehouse: Lakehouse }) {
  const nodes = flow === undefined ? [] : nodesOf(flow, lakehouse);
  const consumers = flow === undefined ? [] : consumersOf(flow, lakehouse);
  const movements = flow === undefined ? [] : movementsOf(flow, lakehouse);
  return (
    <section aria-label="Flow of records" class="flow" aria-busy={flow === undefined}>
      <ol>
        {nodes.map((node) => (
          <NodeCard key={node.title} node={node} />
        ))}
      </ol>
      {consumers.length > 0 && (
        <ul class="beside" aria-label="Consumers of the stream">
          {consumers.map((node) => (
            <NodeCard key={node.title} node={node} />
          ))}
        </ul>
      )}
      {movements.length > 0 && (
        <ul class="beside" aria-label="Data movements">
          {movements.map((node) => (
            <NodeCard key={node.title} node={node} />
          ))}
        </ul>
      )}
    </section>
  );
}

function NodeCard({ node }: { node: NodeView }) {
  return (
    <li class={`node ${node.tone}`}>
      <h2>{node.title}</h2>
      <p class="name">{node.name}</p>
      <p class="state">
        <span class="dot" aria-hidden="true" />
        {node.state}
      </p>
      <ul>
        {node.facts.map((fact, index) => (
          <li key={index}>{fact}</li>
        ))}
      </ul>
      {node.advice !== undefined && <p class="advice">{node.advice}</p>}
    </li>
  );
}

function nodesOf(flow: Flow, lakehouse: Lakehouse): NodeView[] {
  const live: Partial<Live> = flow.live.ok ? flow.live.value : {};
  return [
    producerNode(live, lakehouse),
    node(flow.stream, 'Stream', lakehouse.streamName, alarmsOn(flow, ['Throughput', 'IteratorAge']), (stream) => ({
      ok: stream.status === 'ACTIVE' || stream.status === 'UPDATING',
      state: stream.status,
      facts: [
        inOrOut('in', live.recordsIn),
        `${plural(stream.shards, 'shard')}, ${stream.mode.toLowerCase().replace('_', '-')}`,
        `keeps ${stream.retentionHours} h${stream.encrypted ? ', encrypted' : ''}`,
      ],
    })),
    node(
      flow.delivery,
      'Delivery',
      lakehouse.deliveryStreamName,
      alarmsOn(flow, ['DeliveryToS3', 'Conversion', 'MillisBehind']),
      (delivery) => ({
        ok: delivery.status === 'ACTIVE',
        state: delivery.status,
        ...(live.tryingAgain === true && {
          fault: 'TRYING AGAIN',
          advice: 'The newest tries to deliver failed; Logs says why. Records wait where they are until one succeeds.',
        }),
        facts: [
          inOrOut('out', live.delivered),
          ...(live.failed === undefined ? [] : [inOrOut('failed', live.failed)]),
          ...failedFact(flow),
          live.lagMs === undefined ? 'lag: none' : `lag: ${duration(live.lagMs)} behind the stream`,
          live.freshnessSeconds === undefined
            ? 'buffer age: empty'
            : `buffer age: ${duration(live.freshnessSeconds * 1000)}`,
          `buffers ${delivery.bufferMiB} MiB or ${delivery.bufferSeconds} s`,
        ],
      }),
    ),
    node(flow.bucket, 'Bucket', lakehouse.bucket, undefined, (bucket) => ({
      ok: bucket.objects > 0,
      state: bucket.objects === 0 ? 'EMPTY' : 'HOLDS DATA',
      facts: [
        `${plural(bucket.objects, 'object', bucket.complete)}, ${bytes(bucket.bytes)}`,
        ...(bucket.rows === undefined ? [] : [plural(bucket.rows, 'row', bucket.rowsComplete)]),
        bucket.newest === undefined ? 'no object yet' : `newest ${ago(bucket.newest)}`,
      ],
    })),
    node(flow.table, 'Table', `${lakehouse.database}.${lakehouse.table}`, undefined, (table) => ({
      ok: true,
      state: 'IN THE CATALOG',
      facts: [plural(table.columns, 'column'), `by ${table.partitions.join(', ') || 'no partition'}`],
    })),
    node(flow.workgroup, 'Query', lakehouse.workgroup, undefined, (workgroup) => ({
      ok: workgroup.state === 'ENABLED',
      state: workgroup.state,
      facts: [
        workgroup.scanLimitBytes === undefined ? 'no scan limit' : `scans ${bytes(workgroup.scanLimitBytes)} at most`,
      ],
    })),
  ];
}

/** The functions that read the stream, each beside the path to the table. */
function consumersOf(flow: Flow, lakehouse: Lakehouse): NodeView[] {
  const { consumers } = flow;
  if (lakehouse.consumers.length === 0) return [];
  if (!consumers.ok) return [node(consumers, 'Consumers', lakehouse.streamName, undefined, NEVER)];
  return consumers.value.map((consumer) => {
    const { functionName, deadLetters } = consumer;
    const watched = [functionName, `${functionName}-dead-letters`];
    return node(
      { ok: true, value: consumer },
      functionName,
      `reads ${lakehouse.streamName}`,
      ringing(flow, ({ of }) => of.some((each) => watched.includes(each))),
      () => ({
        ok: consumer.state === 'Enabled' && !consumer.lastResult.startsWith('PROBLEM'),
        state: consumer.state.toUpperCase(),
        facts: [
          ...metricFacts(consumer),
          ...(deadLetters.ok && deadLetters.value !== undefined && deadLetters.value.count > 0
            ? [
                <a key="letters" class="failed" href={addressOf('Consumers')}>
                  {plural(deadLetters.value.count, 'dead letter')}
                </a>,
              ]
            : []),
        ],
      }),
    );
  });
}

/** The movements between the lake and DynamoDB tables, each with its steps. */
function movementsOf(flow: Flow, lakehouse: Lakehouse): NodeView[] {
  if (lakehouse.tables.length === 0) return [];
  if (!flow.movements.ok) return [node(flow.movements, 'Movements', lakehouse.database, undefined, NEVER)];
  return flow.movements.value.map(({ title, way, watched, state }) =>
    node(
      state,
      title,
      way.join(' → '),
      ringing(flow, ({ of }) => of.some((each) => watched.includes(each))),
      ({ isActive, state: word, facts }) => ({
        ok: isActive,
        state: word,
        facts: [
          ...facts,
          <a key="tables" href={addressOf('Tables')}>
            its tables
          </a>,
        ],
      }),
    ),
  );
}

const NEVER = () => ({ ok: false, state: '', facts: [] });

function metricFacts({ metrics }: ConsumerView): ComponentChildren[] {
  if (!metrics.ok) return [metrics.problem.title];
  const { invocations, errors, lagMs, averageMs } = metrics.value;
  if (invocations === 0) return ['invocations: none in 5 minutes'];
  return [
    `invocations: ${count(invocations)} in 5 minutes${averageMs === undefined ? '' : `, ${duration(averageMs)} each`}`,
    `errors: ${errors === 0 ? 'none' : count(errors)}`,
    lagMs === undefined ? 'lag: none' : `lag: ${duration(lagMs)} behind the stream`,
  ];
}

/** Failed records, by the objects under the error prefix: the metric shows a failure for minutes only. */
function failedFact({ failed }: Flow): ComponentChildren[] {
  if (!failed.ok || failed.value.objects === 0) return [];
  const { prefix, records, complete } = failed.value;
  return [
    <a key="failed" class="failed" href={addressOf('Lake', { prefix })}>
      {plural(records, 'failed record', complete)} under {prefix}
    </a>,
  ];
}

/** The producers, by the records that arrive: they may run anywhere. */
function producerNode({ recordsIn, throttled }: Partial<Live>, lakehouse: Lakehouse): NodeView {
  const common = { title: 'Producer', name: `puts to ${lakehouse.streamName}` };
  if (throttled !== undefined) {
    const advice = 'Writes are throttled. Add shards, spread the partition keys, or send slower.';
    return { ...common, tone: 'bad', state: 'THROTTLED', facts: [inOrOut('throttled', throttled)], advice };
  }
  if (recordsIn === undefined) {
    const how = lakehouse.maySend ? <a href="#Send">Send some events</a> : 'nothing arrived in 5 minutes';
    return { ...common, tone: 'idle', state: 'QUIET', facts: [how] };
  }
  return { ...common, tone: 'good', state: 'SENDING', facts: [inOrOut('sent', recordsIn)] };
}

/** Records a second, and the minute of the number: CloudWatch's metrics have minutes at best. */
function inOrOut(word: string, rate: Rate | undefined): ComponentChildren {
  if (rate === undefined) return `${word}: none in 5 minutes`;
  return (
    <>
      {word}: {perSecond(rate.perSecond)} records/s{' '}
      <span class="muted">
        ({count(rate.records)} at {clock(rate.at)})
      </span>
    </>
  );
}

/** A small rate as `under 0.1`, so that it doesn't look like 0. */
const perSecond = (rate: number): string => (rate > 0 && rate < 0.1 ? 'under 0.1' : count(rate));

interface Read {
  readonly ok: boolean;
  readonly state: string;
  /** Current problems, with advice. */
  readonly fault?: string;
  readonly advice?: string;
  readonly facts: readonly ComponentChildren[];
}

function node<T>(
  part: Part<T>,
  title: string,
  name: string,
  alarm: string | undefined,
  read: (value: T) => Read,
): NodeView {
  if (!part.ok) return { title, name, tone: 'bad', state: part.problem.title, facts: [], advice: part.problem.detail };
  const { ok, state, facts, fault, advice } = read(part.value);
  if (alarm !== undefined) return { title, name, tone: 'bad', state: `${state}, ALARM`, facts, advice: alarm };
  if (fault !== undefined) return { title, name, tone: 'bad', state: `${state}, ${fault}`, facts, advice };
  return { title, name, tone: ok ? 'good' : 'idle', state, facts };
}

/**
 * The alarms in ALARM on a step's metrics, with the advice of their descriptions; alarms of consumers and movements
 * show with those.
 */
function alarmsOn(flow: Flow, metrics: readonly string[]): string | undefined {
  const consumers = flow.consumers.ok ? flow.consumers.value.map(({ functionName }) => functionName) : [];
  const others = [...consumers, ...(flow.movements.ok ? flow.movements.value.flatMap(({ watched }) => watched) : [])];
  return ringing(
    flow,
    ({ metric, of }) => metrics.some((part) => metric.includes(part)) && !of.some((each) => others.includes(each)),
  );
}

type Alarm = Extract<Flow['alarms'], { ok: true }>['value'][number];

function ringing(flow: Flow, isMeant: (alarm: Alarm) => boolean): string | undefined {
  if (!flow.alarms.ok) return undefined;
  const found = flow.alarms.value.filter((alarm) => alarm.state === 'ALARM' && isMeant(alarm));
  return found.length === 0
    ? undefined
    : found.map(({ name, description, reason }) => `${name}: ${description || reason}`).join(' ');
}
