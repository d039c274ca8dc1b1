import type { FunctionName } from '../arn';
import { functionArn, namedFunction, parseFunction } from '../arn';
import { operation } from '../contract';
import { describe } from '../describe';
import { conflict, invalidParameter, notFound } from '../errors';
import { type FunctionVersion, LambdaState, newRevision } from '../state';

/** Publishes a version; without changes since the last one, returns that, as AWS does. */
export const publishVersion = operation('PublishVersion', {
  resource: namedFunction,
  handle: async ({ FunctionName, CodeSha256, Description }, { cloud, caller }) => {
    const state = cloud.state(LambdaState);
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
    const last = [...state.listVersions(name)].at(-1);
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
  resource: namedFunction,
  handle: ({ FunctionName, Marker = '0', MaxItems = 50 }, { cloud, caller }) => {
    const state = cloud.state(LambdaState);
    const { qualifier: _none, ...name } = parseFunction(caller, FunctionName);
    state.get(name);
    const all = [...state.listVersions(name)];
    const from = Number(Marker) || 0;
    const end = from + Math.min(MaxItems, 50);
    return {
      Versions: all.slice(from, end).map((version) => describe(version, true)),
      ...(end < all.length && { NextMarker: String(end) }),
    };
  },
});

export const createAlias = operation('CreateAlias', {
  resource: namedFunction,
  handle: async ({ FunctionName, Name, FunctionVersion, Description = '' }, { cloud, caller }) => {
    const state = cloud.state(LambdaState);
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
  resource: namedFunction,
  handle: async ({ FunctionName, Name, FunctionVersion, Description }, { cloud, caller }) => {
    const state = cloud.state(LambdaState);
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
  resource: namedFunction,
  handle: ({ FunctionName, Name }, { cloud, caller }) => {
    const { qualifier: _none, ...name } = parseFunction(caller, FunctionName);
    const found = cloud.state(LambdaState).get(name).aliases[Name];
    if (found === undefined) throw notFound(`Cannot find alias arn: ${functionArn(name, Name)}`);
    return found;
  },
});

export const deleteAlias = operation('DeleteAlias', {
  resource: namedFunction,
  handle: async ({ FunctionName, Name }, { cloud, caller }) => {
    const state = cloud.state(LambdaState);
    const { qualifier: _none, ...name } = parseFunction(caller, FunctionName);
    await state.transaction(() => {
      const info = state.get(name);
      const { [Name]: _gone, ...aliases } = info.aliases;
      state.put({ ...info, aliases });
    });
    return undefined;
  },
});

export const listAliases = operation('ListAliases', {
  resource: namedFunction,
  handle: ({ FunctionName, FunctionVersion, Marker = '0', MaxItems = 50 }, { cloud, caller }) => {
    const { qualifier: _none, ...name } = parseFunction(caller, FunctionName);
    const all = Object.values(cloud.state(LambdaState).get(name).aliases).filter(
      (alias) => FunctionVersion === undefined || alias.FunctionVersion === FunctionVersion,
    );
    const from = Number(Marker) || 0;
    const end = from + MaxItems;
    return { Aliases: all.slice(from, end), ...(end < all.length && { NextMarker: String(end) }) };
  },
});
