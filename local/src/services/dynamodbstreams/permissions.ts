import type { Permission } from '../../core/operation';

/** Permission of an operation on a stream. */
export function onStream(action: string) {
  return ({ StreamArn }: { StreamArn: string }): readonly Permission[] => [
    { action: `dynamodb:${action}`, resource: StreamArn },
  ];
}

/** Permission of an operation with an iterator, which begins with the stream's ARN. */
export function onIterator(action: string) {
  return ({ ShardIterator }: { readonly ShardIterator: string }): readonly Permission[] => [
    { action: `dynamodb:${action}`, resource: ShardIterator.split('|', 1)[0] ?? '*' },
  ];
}
