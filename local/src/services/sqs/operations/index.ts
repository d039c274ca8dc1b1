export * from './dead-letters';
export * from './delete-message';
export * from './permissions';
export * from './queues';
export * from './receive-message';
export * from './send-message';
export * from './tags';
