export * from './event-source-mappings';
export * from './functions';
export * from './invoke';
export * from './permissions';
export * from './settings';
export * from './versions';
