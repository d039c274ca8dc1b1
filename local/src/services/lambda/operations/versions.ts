import type { FunctionName } from '../arn';
import { functionArn, parseFunction } from '../arn';
import { operation } from '../contract';
import { describe } from '../describe';
import { conflict, invalidParameter, notFound } from '../errors';
import { page } from '../paging';
import { type FunctionVersion, type LambdaState, newRevision } from '../state';

/** Publishes a version; without changes since the last one, returns that, as AWS does. */
export const publishVersion = operation('PublishVersion', {
  handle: async ({ FunctionName, CodeSha256, Description }, { state, caller }) => {
    const { qualifier: _none, ...name } = parseFunction(caller, FunctionName);
    const { codeSha256 } = state.version(name);
    if (CodeSha256 !== undefined && CodeSha256 !== codeSha256)
      throw invalidParameter(
        `CodeSHA256 (${CodeSha256}) is different from current CodeSHA256 in $LATEST (${codeSha256}).`,
      );
    return describe(await publishNext(state, name, Description), true);
  },
});

export async function publishNext(
  state: LambdaState,
  name: FunctionName,
  description: string | undefined,
): Promise<FunctionVersion> {
  return state.transaction(() => {
    const latest = state.version(name);
    const info = state.get(name);
    const last = state.listVersions(name).at(-1);
    const same =
      last !== undefined &&
      last.version !== '$LATEST' &&
      comparable(last) === comparable({ ...latest, description: description ?? latest.description });
    if (same) return last;
    const version = {
      ...latest,
      version: String(info.nextVersion),
      description: description ?? latest.description,
      revision: newRevision(),
    };
    state.putVersion(version);
    state.put({ ...info, nextVersion: info.nextVersion + 1 });
    return version;
  });
}

function comparable({ version: _v, revision: _r, modifiedAt: _m, ...rest }: FunctionVersion): string {
  return JSON.stringify(Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1)));
}

export const listVersionsByFunction = operation('ListVersionsByFunction', {
  handle: ({ FunctionName, ...request }, { state, caller }) => {
    const name = parseFunction(caller, FunctionName);
    state.get(name);
    const { items, ...rest } = page(state.listVersions(name), request);
    return { Versions: items.map((version) => describe(version, true)), ...rest };
  },
});

export const createAlias = operation('CreateAlias', {
  handle: async ({ FunctionName, Name, FunctionVersion, Description = '' }, { state, caller }) => {
    const { qualifier: _none, ...name } = parseFunction(caller, FunctionName);
    state.version({ ...name, qualifier: FunctionVersion });
    return state.transaction(() => {
      const info = state.get(name);
      if (info.aliases[Name] !== undefined) throw conflict(`Alias already exists: ${functionArn(name, Name)}`);
      const alias = {
        AliasArn: functionArn(name, Name),
        Name,
        FunctionVersion,
        Description,
        RevisionId: newRevision(),
      };
      state.put({ ...info, aliases: { ...info.aliases, [Name]: alias } });
      return alias;
    });
  },
});

export const updateAlias = operation('UpdateAlias', {
  handle: async ({ FunctionName, Name, FunctionVersion, Description }, { state, caller }) => {
    const { qualifier: _none, ...name } = parseFunction(caller, FunctionName);
    if (FunctionVersion !== undefined) state.version({ ...name, qualifier: FunctionVersion });
    return state.transaction(() => {
      const info = state.get(name);
      const known = info.aliases[Name];
      if (known === undefined) throw notFound(`Cannot find alias arn: ${functionArn(name, Name)}`);
      const alias = {
        ...known,
        ...(FunctionVersion !== undefined && { FunctionVersion }),
        ...(Description !== undefined && { Description }),
        RevisionId: newRevision(),
      };
      state.put({ ...info, aliases: { ...info.aliases, [Name]: alias } });
      return alias;
    });
  },
});

export const getAlias = operation('GetAlias', {
  handle: ({ FunctionName, Name }, { state, caller }) => {
    const { qualifier: _none, ...name } = parseFunction(caller, FunctionName);
    const found = state.get(name).aliases[Name];
    if (found === undefined) throw notFound(`Cannot find alias arn: ${functionArn(name, Name)}`);
    return found;
  },
});

export const deleteAlias = operation('DeleteAlias', {
  handle: async ({ FunctionName, Name }, { state, caller }) => {
    const { qualifier: _none, ...name } = parseFunction(caller, FunctionName);
    await state.transaction(() => {
      const info = state.get(name);
      const { [Name]: _gone, ...aliases } = info.aliases;
      state.put({ ...info, aliases });
    });
  },
});

export const listAliases = operation('ListAliases', {
  handle: ({ FunctionName, FunctionVersion, ...request }, { state, caller }) => {
    const all = Object.values(state.get(parseFunction(caller, FunctionName)).aliases).filter(
      (alias) => FunctionVersion === undefined || alias.FunctionVersion === FunctionVersion,
    );
    const { items, ...rest } = page(all, request);
    return { Aliases: [...items], ...rest };
  },
});
