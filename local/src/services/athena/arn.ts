import type { Caller, Permission } from '../../core/operation';

type Owner = Pick<Caller, 'accountId' | 'region'>;

export const workGroupArn = (owner: Owner, name: string) =>
  `arn:aws:athena:${owner.region}:${owner.accountId}:workgroup/${name}`;
export const dataCatalogArn = (owner: Owner, name: string) =>
  `arn:aws:athena:${owner.region}:${owner.accountId}:datacatalog/${name}`;

/** @param workGroup @default primary */
export const onWorkGroup = (action: string, owner: Owner, workGroup = 'primary'): Permission[] => [
  { action: `athena:${action}`, resource: workGroupArn(owner, workGroup) },
];
export const onDataCatalog = (action: string, owner: Owner, name: string): Permission[] => [
  { action: `athena:${action}`, resource: dataCatalogArn(owner, name) },
];
