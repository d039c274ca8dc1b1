import type { Context } from '../../core/operation';
import { arnOf, type Owner } from '../../core/owner';

/** @param name @default primary */
export const workGroupArn = (owner: Owner, name = 'primary') => arnOf('athena', owner, `workgroup/${name}`);
export const dataCatalogArn = (owner: Owner, name: string) => arnOf('athena', owner, `datacatalog/${name}`);

/** Resources of operations, by the input member that names them. */
export const resources = {
  ResourceARN: ({ ResourceARN }: { readonly ResourceARN: string }) => ResourceARN,
  CatalogName: (input: { readonly CatalogName: string }, { caller }: Context) =>
    dataCatalogArn(caller, input.CatalogName),
  WorkGroup: (input: { readonly WorkGroup?: string }, { caller }: Context) => workGroupArn(caller, input.WorkGroup),
};
