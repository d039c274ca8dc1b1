import type { MetricDatum } from '@aws-sdk/client-cloudwatch';
import type { Context, Strict } from '../../../core/operation';
import * as is from '../constraints';
import { operation } from '../contract';
import { invalidCombination, invalidParameter, missingParameter } from '../errors';
import { MetricStore, metricOf, type Sample } from '../metric-store';
import { merge, type StatisticSet, setOf } from '../statistics';

type Datum = Strict<MetricDatum>;

/** Stores datapoints before it answers, after checking all of them. */
export const putMetricData = operation('PutMetricData', {
  permissions: ({ Namespace }) => [
    { action: 'cloudwatch:PutMetricData', resource: '*', conditions: { 'cloudwatch:namespace': Namespace } },
  ],
  handle: async ({ Namespace, MetricData }, context) => {
    if (MetricData === undefined || MetricData.length === 0) {
      throw missingParameter('The parameter MetricData is required.');
    }
    if (Namespace.startsWith('AWS/')) {
      throw invalidParameter('The value AWS/ for parameter Namespace is invalid.');
    }
    const samples = MetricData.map((datum, index) => sampleOf(Namespace, datum, index + 1, context));
    await context.cloud.state(MetricStore).write(samples);
  },
});

function sampleOf(namespace: string, datum: Datum, number: number, { cloud, caller }: Context): Sample {
  const member = `MetricData.member.${number}`;
  const now = cloud.clock.now();
  const at = datum.Timestamp?.getTime() ?? now;
  if (at < now - is.MAX_AGE_MS || at > now + is.MAX_FUTURE_MS) {
    throw invalidParameter(
      `The parameter ${member}.Timestamp must specify a time within the past two weeks or the next two hours.`,
    );
  }
  const resolution = datum.StorageResolution ?? 60;
  if (resolution !== 1 && resolution !== 60) {
    throw invalidParameter(`The parameter ${member}.StorageResolution must be 1 or 60.`);
  }
  const names = (datum.Dimensions ?? []).map(({ Name }) => Name);
  if (new Set(names).size !== names.length) {
    throw invalidParameter(`The parameter ${member}.Dimensions has a name twice.`);
  }
  return {
    owner: caller,
    metric: metricOf(namespace, datum.MetricName, datum.Dimensions),
    unit: datum.Unit ?? 'None',
    time: at - (at % (resolution * 1000)),
    set: setFrom(datum, member),
  };
}

function setFrom(datum: Datum, member: string): StatisticSet {
  const { Value, Values, Counts, StatisticValues } = datum;
  const given = Object.entries({ Value, Values, StatisticValues }).filter(([, part]) => part !== undefined);
  if (given.length === 0) throw missingParameter(`The parameter ${member}.Value is required.`);
  // AWS accepts a value beside a set, whose values then count.
  if (Value !== undefined && given.length > 1) {
    const [one, other] = given.map(([name]) => `${member}.${name}`);
    throw invalidCombination(`The parameters ${one} and ${other} are mutually exclusive and you have specified both.`);
  }
  if (Value !== undefined) return setOf(checked(Value, member));
  if (StatisticValues !== undefined && Values === undefined) {
    const { SampleCount: count, Sum: sum, Minimum: min, Maximum: max } = StatisticValues;
    for (const part of [count, sum, min, max]) checked(part, member);
    if (count <= 0 || min > max) throw invalidParameter(`The parameter ${member}.StatisticValues is inconsistent.`);
    return { count, sum, min, max, values: min === max ? new Map([[min, count]]) : undefined };
  }
  const values = Values as number[];
  if (values.length === 0) throw missingParameter(`The parameter ${member}.Value is required.`);
  if (Counts !== undefined && Counts.length !== values.length)
    throw invalidParameter(`The parameters ${member}.Values and ${member}.Counts must be of the same size.`);
  for (const count of Counts ?? []) {
    if (!(checked(count, member) > 0))
      throw invalidParameter(`The value ${count} for parameter ${member}.Counts is invalid.`);
  }
  return values
    .map((value, index) => setOf(checked(value, member), Counts?.[index] ?? 1))
    .reduce((all, set) => merge(all, set));
}

// CloudWatch accepts values between ±2^360, without NaN and infinities.
function checked(value: number, member: string): number {
  if (Number.isFinite(value) && Math.abs(value) <= 2 ** 360) return value;
  throw invalidParameter(`The value ${value} for parameter ${member}.Value is invalid.`);
}
