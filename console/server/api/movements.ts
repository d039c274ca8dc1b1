import { DescribeKinesisStreamingDestinationCommand, DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { DescribeDeliveryStreamCommand } from '@aws-sdk/client-firehose';
import { ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda';
import type { Aws } from '../aws.js';
import { type Part, part } from '../problem.js';
import type { Lakehouse } from '../settings.js';

/** A movement between the lake and a DynamoDB table. */
export interface MovementView {
  /** Its name in the article. */
  readonly title: string;
  /** Its steps, from source to destination. */
  readonly way: readonly string[];
  readonly state: Part<MovementState>;
  /** Names of resources whose alarms belong to it. */
  readonly watched: readonly string[];
}

export interface MovementState {
  /** Whether it is moving data now. */
  readonly isActive: boolean;
  /** State of the resource that moves the data, in its service's words. */
  readonly state: string;
  readonly facts: readonly string[];
}

/** Reads the movements that the stack has. */
export async function readMovements(aws: Aws, lakehouse: Lakehouse): Promise<MovementView[]> {
  const { movements, streamName, consumers } = lakehouse;
  const { customersTable, changesStream, changesDelivery, changesTable, searchFunction, searchTable, countersTable } =
    movements;
  const insights = consumers.find((name) => name.endsWith('-insights')) ?? 'insights';
  const found: Promise<MovementView>[] = [];
  if (customersTable && changesStream && changesDelivery && changesTable) {
    found.push(
      view('Outside-in', [customersTable, changesStream, changesDelivery, changesTable], [changesDelivery], () =>
        outsideIn(aws, customersTable, changesDelivery),
      ),
    );
  }
  if (countersTable) {
    found.push(view('Inside-out', [streamName, insights, countersTable], [], () => arrivesIn(aws, countersTable)));
  }
  if (customersTable && searchFunction && searchTable) {
    const watched = [searchFunction, `${searchFunction}-dead-letters`];
    found.push(
      view('Around the perimeter', [customersTable, searchFunction, searchTable], watched, () =>
        perimeter(aws, searchFunction, searchTable),
      ),
    );
  }
  return Promise.all(found);
}

async function view(
  title: string,
  way: readonly string[],
  watched: readonly string[],
  read: () => Promise<MovementState>,
): Promise<MovementView> {
  return { title, way, watched, state: await part(read()) };
}

async function outsideIn({ dynamodb, firehose }: Aws, table: string, delivery: string): Promise<MovementState> {
  const [{ KinesisDataStreamDestinations = [] }, { DeliveryStreamDescription: stream }] = await Promise.all([
    dynamodb.send(new DescribeKinesisStreamingDestinationCommand({ TableName: table })),
    firehose.send(new DescribeDeliveryStreamCommand({ DeliveryStreamName: delivery })),
  ]);
  const destination = KinesisDataStreamDestinations.find(({ DestinationStatus }) => DestinationStatus !== 'DISABLED');
  const state = destination?.DestinationStatus ?? 'DISABLED';
  const hints = stream?.Destinations?.[0]?.ExtendedS3DestinationDescription?.BufferingHints;
  return {
    isActive: state === 'ACTIVE' && stream?.DeliveryStreamStatus === 'ACTIVE',
    state,
    facts: [
      `changes timed to the ${(destination?.ApproximateCreationDateTimePrecision ?? 'MILLISECOND').toLowerCase()}`,
      `delivery ${stream?.DeliveryStreamStatus ?? 'UNKNOWN'}, every ${hints?.IntervalInSeconds ?? 0} s`,
    ],
  };
}

async function perimeter(aws: Aws, functionName: string, table: string): Promise<MovementState> {
  const [{ EventSourceMappings: [mapping] = [] }, target] = await Promise.all([
    aws.lambda.send(new ListEventSourceMappingsCommand({ FunctionName: functionName })),
    arrivesIn(aws, table),
  ]);
  const last = mapping?.LastProcessingResult;
  return {
    isActive: mapping?.State === 'Enabled' && target.isActive && !last?.startsWith('PROBLEM'),
    state: mapping?.State?.toUpperCase() ?? 'NO MAPPING',
    facts: [...(last === undefined ? [] : [`last batch: ${last}`]), ...target.facts],
  };
}

/** State of a movement's destination table. */
async function arrivesIn({ dynamodb }: Aws, TableName: string): Promise<MovementState> {
  const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }));
  const state = Table?.TableStatus ?? 'UNKNOWN';
  return { isActive: state === 'ACTIVE', state, facts: [`${Table?.ItemCount ?? 0} items at the last count`] };
}
