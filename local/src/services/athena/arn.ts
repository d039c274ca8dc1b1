import type { Caller, Permission } from '../../core/operation';

type Owner = Pick<Caller, 'accountId' | 'region'>;

export const workGroupArn = (owner: Owner, name: string) =>
  `arn:aws:athena:${owner.region}:${owner.accountId}:workgroup/${name}`;

/** What an action on a workgroup needs. */
export const onWorkGroup = (action: string, owner: Owner, name = 'primary'): Permission[] => [
  { action: `athena:${action}`, resource: workGroupArn(owner, name) },
];
