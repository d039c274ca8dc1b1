import type { ComponentChildren } from 'preact';
import type { Flow, Lakehouse, Part, Series } from '../api';
import { ago, bytes, count, duration } from '../format';

type Tone = 'good' | 'bad' | 'idle';

interface NodeView {
  readonly title: string;
  readonly name: string;
  readonly tone: Tone;
  readonly state: string;
  readonly facts: readonly ComponentChildren[];
  /** What to do about it, when something is wrong. */
  readonly advice?: string | undefined;
}

/** The page's spine: a record's way from the producer to a row of SQL, each step with its state and live numbers. */
export function FlowView({ flow, lakehouse }: { flow: Flow | undefined; lakehouse: Lakehouse }) {
  const nodes = flow === undefined ? [] : nodesOf(flow, lakehouse);
  return (
    <section aria-label="Flow of records" class="flow" aria-busy={flow === undefined}>
      <ol>
        {nodes.map((node) => (
          <li key={node.title} class={`node ${node.tone}`}>
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
        ))}
      </ol>
    </section>
  );
}

function nodesOf(flow: Flow, lakehouse: Lakehouse): NodeView[] {
  const latest = latestOf(flow.series);
  const perMinute = (id: string) => `${count(latest(id) ?? 0)} records in the last minute`;
  const lag = latest('iterator_age');
  const freshness = latest('freshness');
  return [
    node(flow.stream, 'Stream', lakehouse.streamName, alarmsOn(flow, ['Throughput', 'IteratorAge']), (stream) => ({
      ok: stream.status === 'ACTIVE' || stream.status === 'UPDATING',
      state: stream.status,
      facts: [
        <>in: {perMinute('records_in')}</>,
        `${stream.shards} shard${stream.shards === 1 ? '' : 's'}, ${stream.mode.toLowerCase().replace('_', '-')}`,
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
        facts: [
          <>out: {perMinute('delivered')}</>,
          `lag: ${lag === undefined ? 'nothing read yet' : duration(lag)}`,
          `buffers ${delivery.bufferMiB} MiB or ${delivery.bufferSeconds} s; oldest waiting: ${freshness === undefined ? 'none yet' : duration(freshness * 1000)}`,
        ],
      }),
    ),
    node(flow.bucket, 'Bucket', lakehouse.bucket, undefined, (bucket) => ({
      ok: true,
      state: bucket.objects === 0 ? 'EMPTY' : 'HOLDS DATA',
      facts: [
        `${count(bucket.objects)}${bucket.complete ? '' : ' or more'} objects, ${bytes(bucket.bytes)}`,
        bucket.newest === undefined ? 'no object yet' : `newest ${ago(bucket.newest)}`,
      ],
    })),
    node(flow.table, 'Table', `${lakehouse.database}.${lakehouse.table}`, undefined, (table) => ({
      ok: true,
      state: 'IN THE CATALOG',
      facts: [`${table.columns} columns`, `by ${table.partitions.join(', ') || 'no partition'}`],
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

interface Read {
  readonly ok: boolean;
  readonly state: string;
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
  const { ok, state, facts } = read(part.value);
  if (alarm !== undefined) return { title, name, tone: 'bad', state: `${state}, ALARM`, facts, advice: alarm };
  return { title, name, tone: ok ? 'good' : 'idle', state, facts };
}

/** The alarms that ring on a step's metrics, with their own words on what to do. */
function alarmsOn(flow: Flow, metrics: readonly string[]): string | undefined {
  if (!flow.alarms.ok) return undefined;
  const ringing = flow.alarms.value.filter(
    ({ state, metric }) => state === 'ALARM' && metrics.some((part) => metric.includes(part)),
  );
  return ringing.length === 0
    ? undefined
    : ringing.map(({ name, description, reason }) => `${name}: ${description || reason}`).join(' ');
}

/** The latest value of a series that has one. */
function latestOf(series: Part<Series[]>): (id: string) => number | undefined {
  return (id) => (series.ok ? series.value.find((candidate) => candidate.id === id)?.values.at(-1) : undefined);
}
