export * from './assume-role';
export * from './assume-role-with-web-identity';
export * from './get-access-key-info';
export * from './get-caller-identity';
export * from './get-federation-token';
export * from './get-session-token';
