export * from './publish';
export * from './subscriptions';
export * from './tags';
export * from './topics';
