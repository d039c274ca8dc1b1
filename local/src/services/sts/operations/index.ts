export * from './assume-role';
export * from './get-caller-identity';
export * from './get-session-token';
