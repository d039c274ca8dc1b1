export * from './account-aliases';
export * from './get-user';
export * from './instance-profiles';
export * from './policies';
export * from './policy-versions';
export * from './role-policies';
export * from './roles';
export * from './tags';
