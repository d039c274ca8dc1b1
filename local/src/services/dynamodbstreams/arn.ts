/** Resources of operations, by the input member that names them. */
export const resources = {
  StreamArn: ({ StreamArn }: { readonly StreamArn: string }) => StreamArn,
  /** An iterator begins with the stream's ARN. */
  ShardIterator: ({ ShardIterator }: { readonly ShardIterator: string }) => ShardIterator.split('|', 1)[0] ?? '*',
};
