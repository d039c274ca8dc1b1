export * from './records';
export * from './streams';
