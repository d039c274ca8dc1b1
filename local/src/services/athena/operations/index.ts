export * from './catalogs';
export * from './get-query-results';
export * from './named-queries';
export * from './prepared-statements';
export * from './query-executions';
export * from './start-query-execution';
export * from './tags';
export * from './work-groups';
