import type { Permission } from '../../core/operation';
import { arnOf, type Owner } from '../../core/owner';

export const workGroupArn = (owner: Owner, name: string) => arnOf('athena', owner, `workgroup/${name}`);
export const dataCatalogArn = (owner: Owner, name: string) => arnOf('athena', owner, `datacatalog/${name}`);

/** @param workGroup @default primary */
export const onWorkGroup = (action: string, owner: Owner, workGroup = 'primary'): Permission[] => [
  { action: `athena:${action}`, resource: workGroupArn(owner, workGroup) },
];
export const onDataCatalog = (action: string, owner: Owner, name: string): Permission[] => [
  { action: `athena:${action}`, resource: dataCatalogArn(owner, name) },
];
