import type { Permission } from './operation';

/**
 * Permissions to create a resource: with tags, also the one to tag it.
 * @param service prefix of the actions
 * @param tags a list, or values by key
 */
export function toCreate(
  service: string,
  create: string,
  resource: string,
  tags: object = [],
  tag = 'TagResource',
): Permission[] {
  const actions = Object.keys(tags).length === 0 ? [create] : [create, tag];
  return actions.map((action) => ({ action: `${service}:${action}`, resource }));
}

/** Permission to pass a role to a service. @param service name in the service's principal: `lambda` */
export const toPassRole = (role: string, service: string): Permission => ({
  action: 'iam:PassRole',
  resource: role,
  conditions: { 'iam:PassedToService': `${service}.amazonaws.com` },
});
