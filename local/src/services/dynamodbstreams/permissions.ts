import type { Permission } from '../../core/operation';

/** What a role needs for an operation on a stream. */
export function onStream(action: string) {
  return ({ StreamArn }: { StreamArn: string }): readonly Permission[] => [
    { action: `dynamodb:${action}`, resource: StreamArn },
  ];
}

/** For operations that name the stream by an iterator, which begins with its ARN. */
export function onIterator(action: string) {
  return ({ ShardIterator }: { readonly ShardIterator: string }): readonly Permission[] => [
    { action: `dynamodb:${action}`, resource: ShardIterator.split('|', 1)[0] ?? '*' },
  ];
}
