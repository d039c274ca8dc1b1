import { arnOf, type Owner } from '../../core/owner';

/** @param name @default primary */
export const workGroupArn = (owner: Owner, name = 'primary') => arnOf('athena', owner, `workgroup/${name}`);
export const dataCatalogArn = (owner: Owner, name: string) => arnOf('athena', owner, `datacatalog/${name}`);
