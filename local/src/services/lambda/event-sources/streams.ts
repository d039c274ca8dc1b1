import type { Cloud } from '../../../core/cloud';
import { serviceIn } from '../../../core/owner';
import type { Mapping } from '../state';
import { DynamoSource } from './dynamodb-source';
import { KinesisSource } from './kinesis-source';
import type { StreamSource } from './source';

/** The stream of a mapping. */
export function sourceOf(cloud: Cloud, mapping: Mapping): StreamSource {
  const isTable = serviceIn(mapping.sourceArn) === 'dynamodb';
  return isTable ? new DynamoSource(cloud, mapping) : new KinesisSource(cloud, mapping);
}
