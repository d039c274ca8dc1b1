import type { CostedResource } from '../capacity/from-plan';
import { type PlannedResources, targetOf, withoutKeys } from '../plan/planned';
import { asList, asObject } from '../shared/json';

/**
 * Addresses of what carries changes of DynamoDB tables in place of the workload's records: streams that are a table's
 * destination, delivery streams that read one, and mappings of either or of a table's own stream. ARNs that are known only
 * after the apply are followed by the configuration's references.
 */
export function carriersOfTableChanges(planned: PlannedResources, all: readonly CostedResource[]): Set<string> {
  const references = new Map(planned.all.map((resource) => [resource.address, resource.references]));
  const valuesOf = ({ after, before }: CostedResource) => after ?? before ?? {};
  /** The resources that an argument names: by its ARN, else by reference. */
  const namedBy = (resource: CostedResource, argument: string, value: unknown): CostedResource[] => {
    const byArn = all.filter((other) => typeof value === 'string' && valuesOf(other).arn === value);
    if (byArn.length > 0) return byArn;
    const targets = (references.get(resource.address)?.[argument] ?? []).map((reference) =>
      targetOf(reference, resource.address),
    );
    return all.filter(({ address }) => targets.includes(withoutKeys(address)));
  };
  const ofType = (type: string) => all.filter((resource) => resource.type === type);
  const carriers = new Set<string>();
  for (const destination of ofType('aws_dynamodb_kinesis_streaming_destination'))
    for (const { address } of namedBy(destination, 'stream_arn', valuesOf(destination).stream_arn))
      carriers.add(address);
  for (const delivery of ofType('aws_kinesis_firehose_delivery_stream')) {
    const source = asObject(asList(valuesOf(delivery).kinesis_source_configuration)[0]).kinesis_stream_arn;
    if (namedBy(delivery, 'kinesis_source_configuration', source).some(({ address }) => carriers.has(address)))
      carriers.add(delivery.address);
  }
  for (const mapping of ofType('aws_lambda_event_source_mapping')) {
    const source = valuesOf(mapping).event_source_arn;
    const named = namedBy(mapping, 'event_source_arn', source);
    const isTables = /^arn:[^:]*:dynamodb:/.test(String(source ?? ''));
    if (isTables || named.some(({ type, address }) => type === 'aws_dynamodb_table' || carriers.has(address)))
      carriers.add(mapping.address);
  }
  return carriers;
}
