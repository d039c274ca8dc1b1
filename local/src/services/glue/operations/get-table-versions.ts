import { placeOf } from '../arn';
import { operation } from '../contract';
import { invalidInput, versionNotFound } from '../errors';
import { page } from '../paging';

/** @param input.VersionId a number in text. @default the current version */
export const getTableVersion = operation('GetTableVersion', {
  handle: (input, { state, caller }) => {
    const [database, tableName] = placeOf(input);
    const current = state.table(caller, database, tableName).table;
    const version = input.VersionId ?? current.VersionId ?? '0';
    if (!/^\d{1,12}$/.test(version)) throw invalidInput('Version Id must be a number.');
    const found = state.findVersion(caller, database, tableName, version);
    if (found === undefined) throw versionNotFound();
    return { TableVersion: { Table: found, VersionId: found.VersionId } };
  },
});

/** Lists versions, newest first. */
export const getTableVersions = operation('GetTableVersions', {
  handle: (input, { state, caller }) => {
    const [database, tableName] = placeOf(input);
    state.table(caller, database, tableName);
    const versions = state.listVersions(caller, database, tableName);
    const found = page(input.NextToken, input.MaxResults, {
      items: (after) => versions.filter(({ VersionId }) => after === undefined || Number(VersionId) < Number(after)),
      keyOf: (version) => version.VersionId as string,
    });
    return {
      TableVersions: found.items.map((version) => ({ Table: version, VersionId: version.VersionId })),
      NextToken: found.nextToken,
    };
  },
});

export const deleteTableVersion = operation('DeleteTableVersion', {
  handle: async (input, { state, caller }) => {
    const [database, tableName] = placeOf(input);
    await state.transaction(() => {
      const current = state.table(caller, database, tableName).table;
      if (state.findVersion(caller, database, tableName, input.VersionId) === undefined) throw versionNotFound();
      if (current.VersionId === input.VersionId)
        throw invalidInput('The current version of a table can not be deleted.');
      state.removeVersion(caller, database, tableName, input.VersionId);
    });
  },
});

export const batchDeleteTableVersion = operation('BatchDeleteTableVersion', {
  handle: async (input, { state, caller }) => {
    const [database, tableName] = placeOf(input);
    const missing = await state.transaction(() => {
      const current = state.table(caller, database, tableName).table.VersionId;
      return input.VersionIds.filter((version) => {
        if (version === current || state.findVersion(caller, database, tableName, version) === undefined) return true;
        state.removeVersion(caller, database, tableName, version);
        return false;
      });
    });
    const { code, message } = versionNotFound();
    return {
      Errors: missing.map((version) => ({
        TableName: tableName,
        VersionId: version,
        ErrorDetail: { ErrorCode: code, ErrorMessage: message },
      })),
    };
  },
});
