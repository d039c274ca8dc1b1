import type { DataCatalogType } from '@aws-sdk/client-athena';
import { fromTagList } from '../../../core/tags';
import { dataCatalogArn } from '../arn';
import { operation } from '../contract';
import { invalidRequest } from '../errors';
import { page } from '../paging';
import { AWS_DATA_CATALOG } from '../state';

/**
 * Registers a name for a Glue catalog.
 * @param input.Parameters `catalog-id`: account of the Glue catalog; queries reach only the own account's
 */
export const createDataCatalog = operation('CreateDataCatalog', {
  resource: (input, { caller }) => dataCatalogArn(caller, input.Name),
  handle: async (input, { state, caller }) => {
    const { Name, Description } = input;
    const catalog = { Name, Description, ...checkedType(input.Type, input.Parameters) };
    await state.transaction(() => {
      if (state.findDataCatalog(caller, Name) !== undefined) throw invalidRequest('DataCatalog already exists');
      state.putDataCatalog(caller, catalog);
      state.tags.put(dataCatalogArn(caller, Name), fromTagList(input.Tags));
    });
    return { DataCatalog: catalog };
  },
});

export const getDataCatalog = operation('GetDataCatalog', {
  resource: (input, { caller }) => dataCatalogArn(caller, input.Name),
  handle: (input, { state, caller }) => ({ DataCatalog: state.dataCatalog(caller, input.Name) }),
});

export const listDataCatalogs = operation('ListDataCatalogs', {
  resource: () => '*',
  handle: (input, { state, caller }) => {
    const { items, nextToken } = page(input.NextToken, input.MaxResults, {
      items: (after) => state.listDataCatalogs(caller, after),
      keyOf: ({ Name }) => Name as string,
    });
    return {
      DataCatalogsSummary: items.map(({ Name: CatalogName, Type }) => ({
        CatalogName,
        Type,
        Status: 'CREATE_COMPLETE' as const,
      })),
      NextToken: nextToken,
    };
  },
});

/** Replaces all settings: omitted ones are removed, as on AWS. */
export const updateDataCatalog = operation('UpdateDataCatalog', {
  resource: (input, { caller }) => dataCatalogArn(caller, input.Name),
  handle: async (input, { state, caller }) => {
    const described = checkedType(input.Type, input.Parameters);
    checkChangeable(input.Name);
    await state.transaction(() => {
      const { Name } = state.dataCatalog(caller, input.Name);
      state.putDataCatalog(caller, { Name, Description: input.Description, ...described });
    });
  },
});

export const deleteDataCatalog = operation('DeleteDataCatalog', {
  resource: (input, { caller }) => dataCatalogArn(caller, input.Name),
  handle: async (input, { state, caller }) => {
    checkChangeable(input.Name);
    const catalog = await state.transaction(() => {
      const found = state.dataCatalog(caller, input.Name);
      state.removeDataCatalog(caller, input.Name);
      state.tags.remove(dataCatalogArn(caller, found.Name as string));
      return found;
    });
    return { DataCatalog: catalog };
  },
});

function checkedType(Type: DataCatalogType, Parameters: Record<string, string> = {}) {
  if (Type !== 'GLUE') {
    throw invalidRequest(`Data catalogs of type ${Type} are not supported by this local endpoint: GLUE is.`);
  }
  if (Parameters['catalog-id'] === undefined) {
    throw invalidRequest("Parameters must have 'catalog-id' for a data catalog of type GLUE.");
  }
  return { Type, Parameters };
}

function checkChangeable(name: string): void {
  if (name.toLowerCase() === AWS_DATA_CATALOG.toLowerCase()) {
    throw invalidRequest(`${AWS_DATA_CATALOG} can not be changed or deleted.`);
  }
}
