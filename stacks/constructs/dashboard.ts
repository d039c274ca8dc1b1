import type { Observed, ObservedConsumer } from './observed';

/** Properties of the dashboard's graphs. */
export interface DashboardProps extends Observed {
  readonly region: string;
  readonly workgroupName: string;
}

/** One line of a graph: metric, statistic, and its name in the legend. */
type Line = readonly [metric: string, stat: 'Sum' | 'Average' | 'Maximum', label: string];

interface Graph {
  readonly title: string;
  readonly namespace: string;
  readonly dimension: readonly [name: string, value: string];
  readonly lines: readonly Line[];
  /** Unit of the vertical axis. */
  readonly unit: string;
}

/** Grid units: the dashboard is 24 wide. */
const WIDTH = 12;
const HEIGHT = 6;
/** Period of a data point, in seconds. */
const PERIOD = 60;

/** The dashboard's JSON ("Dashboard Body Structure and Syntax"): stream, delivery, queries, consumers, in this order. */
export function dashboardBody(props: DashboardProps): string {
  const widgets = graphs(props).map((graph, index) => ({
    type: 'metric',
    x: (index % 2) * WIDTH,
    y: Math.floor(index / 2) * HEIGHT,
    width: WIDTH,
    height: HEIGHT,
    properties: {
      title: graph.title,
      region: props.region,
      view: 'timeSeries',
      period: PERIOD,
      metrics: graph.lines.map(([metric, stat, label]) => [
        graph.namespace,
        metric,
        ...graph.dimension,
        { stat, label },
      ]),
      yAxis: { left: { min: 0, label: graph.unit, showUnits: false } },
    },
  }));
  return JSON.stringify({ widgets });
}

function graphs(props: DashboardProps): Graph[] {
  const stream = { namespace: 'AWS/Kinesis', dimension: ['StreamName', props.streamName] } as const;
  const delivery = { namespace: 'AWS/Firehose', dimension: ['DeliveryStreamName', props.deliveryStreamName] } as const;
  const queries = { namespace: 'AWS/Athena', dimension: ['WorkGroup', props.workgroupName] } as const;
  return [
    {
      ...stream,
      title: 'Stream: records',
      unit: 'records',
      lines: [
        ['IncomingRecords', 'Sum', 'in'],
        ['GetRecords.Records', 'Sum', 'out'],
      ],
    },
    {
      ...delivery,
      title: 'Delivery: records',
      unit: 'records',
      lines: [
        ['DataReadFromKinesisStream.Records', 'Sum', 'read from the stream'],
        ['DeliveryToS3.Records', 'Sum', 'delivered to S3'],
      ],
    },
    {
      ...stream,
      title: 'Stream: throttling',
      unit: 'records and calls',
      lines: [
        ['WriteProvisionedThroughputExceeded', 'Sum', 'writes'],
        ['ReadProvisionedThroughputExceeded', 'Sum', 'reads'],
      ],
    },
    {
      ...stream,
      title: 'Stream: age of what readers have yet to read',
      unit: 'milliseconds',
      lines: [['GetRecords.IteratorAgeMilliseconds', 'Maximum', 'age']],
    },
    {
      ...delivery,
      title: 'Delivery: behind the stream',
      unit: 'milliseconds',
      lines: [['KinesisMillisBehindLatest', 'Maximum', 'behind']],
    },
    {
      ...delivery,
      title: 'Delivery: age of the oldest record not delivered',
      unit: 'seconds',
      lines: [['DeliveryToS3.DataFreshness', 'Maximum', 'age']],
    },
    {
      ...delivery,
      title: 'Delivery: conversion',
      unit: 'records',
      lines: [
        ['SucceedConversion.Records', 'Sum', 'converted'],
        ['FailedConversion.Records', 'Sum', 'failed'],
      ],
    },
    {
      ...delivery,
      title: 'Delivery: puts that succeeded',
      unit: 'share',
      lines: [
        ['DeliveryToS3.Success', 'Average', 'data'],
        ['BackupToS3.Success', 'Average', 'backup'],
      ],
    },
    ...icebergGraphs(props),
    ...changesGraphs(props),
    { ...queries, title: 'Queries: bytes scanned', unit: 'bytes', lines: [['ProcessedBytes', 'Sum', 'scanned']] },
    {
      ...queries,
      title: 'Queries: time',
      unit: 'milliseconds',
      lines: [
        ['TotalExecutionTime', 'Average', 'in all'],
        ['EngineExecutionTime', 'Average', 'in the engine'],
      ],
    },
    ...props.consumers.flatMap(consumerGraphs),
  ];
}

function consumerGraphs(consumer: ObservedConsumer): Graph[] {
  const lambda = { namespace: 'AWS/Lambda', dimension: ['FunctionName', consumer.function] } as const;
  return [
    {
      ...lambda,
      title: `${consumer.name}: invocations`,
      unit: 'invocations',
      lines: [
        ['Invocations', 'Sum', 'all'],
        ['Errors', 'Sum', 'failed'],
      ],
    },
    {
      ...lambda,
      title: `${consumer.name}: behind the stream`,
      unit: 'milliseconds',
      lines: [['IteratorAge', 'Maximum', 'behind']],
    },
    {
      ...lambda,
      title: `${consumer.name}: duration`,
      unit: 'milliseconds',
      lines: [
        ['Duration', 'Average', 'average'],
        ['Duration', 'Maximum', 'longest'],
      ],
    },
    {
      namespace: 'AWS/SQS',
      dimension: ['QueueName', consumer.deadLetterQueue],
      title: `${consumer.name}: dead letters`,
      unit: 'messages',
      lines: [['ApproximateNumberOfMessagesVisible', 'Maximum', 'in the queue']],
    },
  ];
}

function icebergGraphs({ icebergDeliveryStreamName: name }: DashboardProps): Graph[] {
  if (name === undefined) return [];
  const delivery = { namespace: 'AWS/Firehose', dimension: ['DeliveryStreamName', name] } as const;
  return [
    {
      ...delivery,
      title: 'Iceberg delivery: rows',
      unit: 'rows',
      lines: [
        ['DeliveryToIceberg.SuccessfulRowCount', 'Sum', 'committed'],
        ['DeliveryToIceberg.FailedRowCount', 'Sum', 'refused'],
      ],
    },
    {
      ...delivery,
      title: 'Iceberg delivery: age of the oldest record not committed',
      unit: 'seconds',
      lines: [['DeliveryToIceberg.DataFreshness', 'Maximum', 'age']],
    },
  ];
}

function changesGraphs({ changesDeliveryStreamName: name }: DashboardProps): Graph[] {
  if (name === undefined) return [];
  return [
    {
      namespace: 'AWS/Firehose',
      dimension: ['DeliveryStreamName', name],
      title: 'Changes of customers',
      unit: 'records',
      lines: [
        ['DataReadFromKinesisStream.Records', 'Sum', 'read from the stream'],
        ['DeliveryToS3.Records', 'Sum', 'delivered to S3'],
      ],
    },
  ];
}
