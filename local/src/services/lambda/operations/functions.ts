import { pathToFileURL } from 'node:url';
import type { CreateFunctionRequest, UpdateFunctionConfigurationRequest } from '@aws-sdk/client-lambda';
import type { Cloud } from '../../../core/cloud';
import { AwsError } from '../../../core/errors';
import type { Caller, Strict } from '../../../core/operation';
import { toPassRole } from '../../../core/permissions';
import { assumeRole } from '../../iam/assume-role';
import { functionArn, namedFunction, parseFunction } from '../arn';
import { operation } from '../contract';
import { describe } from '../describe';
import { conflict, invalidParameter } from '../errors';
import { page } from '../paging';
import { FunctionRuntime } from '../runtime/pool';
import { type FunctionVersion, LambdaState, newRevision } from '../state';
import { takePackage } from './package';
import { publishNext } from './versions';

/** Most bytes of environment variables (Lambda's page "Lambda quotas"). */
const MAX_ENVIRONMENT_BYTES = 4_096;
/** Variables that Lambda sets itself ("Reserved environment variables"). */
const RESERVED =
  /^(_HANDLER|_X_AMZN_TRACE_ID|AWS_(DEFAULT_)?REGION|AWS_EXECUTION_ENV|AWS_LAMBDA_.*|AWS_ACCESS_KEY(_ID)?|AWS_SECRET_ACCESS_KEY|AWS_SESSION_TOKEN|LAMBDA_TASK_ROOT|LAMBDA_RUNTIME_DIR)$/;

export const createFunction = operation('CreateFunction', {
  permissions: (input, { caller }) => [
    { action: 'lambda:CreateFunction', resource: functionArn(parseFunction(caller, input.FunctionName)) },
    toPassRole(input.Role, 'lambda'),
  ],
  handle: async (input, { state, cloud, caller }) => {
    const { qualifier: _none, ...name } = parseFunction(caller, input.FunctionName);
    if (state.find(name) !== undefined) throw conflict(`Function already exist: ${name.name}`);
    if (input.PackageType === 'Image' || input.Runtime === undefined || input.Handler === undefined)
      throw invalidParameter(
        'Runtime and Handler are mandatory parameters for functions created with deployment packages.',
      );
    checkRole(cloud, caller, input.Role);
    const version: FunctionVersion = {
      ...name,
      version: '$LATEST',
      runtime: input.Runtime,
      handler: input.Handler,
      roleArn: input.Role,
      ...(await takePackage(cloud, caller, input.Code)),
      ...(input.Code.SourceKMSKeyArn !== undefined && { sourceKmsKeyArn: input.Code.SourceKMSKeyArn }),
      description: '',
      timeoutSeconds: 3,
      memoryMiB: 128,
      environment: {},
      architectures: input.Architectures ?? ['x86_64'],
      ephemeralMiB: 512,
      tracing: 'PassThrough',
      logging: {},
      ...settingsOf(input),
      modifiedAt: cloud.clock.now(),
      revision: newRevision(),
    };
    await state.transaction(() => {
      if (state.find(name) !== undefined) throw conflict(`Function already exist: ${name.name}`);
      const fresh = { nextVersion: 1, aliases: {}, policies: {}, invokeConfigs: {} };
      state.put({ ...name, tags: input.Tags ?? {}, ...fresh });
      state.putVersion(version);
    });
    return describe(
      input.Publish === true ? await publishNext(state, name, undefined) : version,
      input.Publish === true,
    );
  },
});

export const getFunction = operation('GetFunction', {
  handle: ({ FunctionName, Qualifier }, { state, caller }) => {
    const reference = parseFunction(caller, FunctionName, Qualifier);
    const version = state.version(reference);
    const { tags, reservedConcurrency } = state.get(reference);
    return {
      Configuration: describe(version, reference.qualifier !== undefined),
      // Location of the package: a local file, where AWS gives a link for ten minutes.
      Code: {
        RepositoryType: 'S3',
        Location: pathToFileURL(state.code.zipOf(version.codeSha256)).href,
        ...(version.sourceKmsKeyArn !== undefined && { SourceKMSKeyArn: version.sourceKmsKeyArn }),
      },
      ...(Object.keys(tags).length > 0 && { Tags: { ...tags } }),
      ...(reservedConcurrency !== undefined && {
        Concurrency: { ReservedConcurrentExecutions: reservedConcurrency },
      }),
    };
  },
});

export const getFunctionConfiguration = operation('GetFunctionConfiguration', {
  handle: ({ FunctionName, Qualifier }, { state, caller }) => {
    const reference = parseFunction(caller, FunctionName, Qualifier);
    return describe(state.version(reference), reference.qualifier !== undefined);
  },
});

export const listFunctions = operation('ListFunctions', {
  handle: ({ FunctionVersion, ...request }, { state, caller }) => {
    const all = FunctionVersion === 'ALL';
    const versions = [...state.list(caller)].flatMap((info) => (all ? state.listVersions(info) : state.version(info)));
    const { items, ...rest } = page(versions, request);
    return { Functions: items.map((version) => describe(version, all)), ...rest };
  },
});

export const updateFunctionCode = operation('UpdateFunctionCode', {
  handle: async (input, { state, cloud, caller }) => {
    const { qualifier: _none, ...name } = parseFunction(caller, input.FunctionName);
    const version = state.version(name);
    const change = {
      ...(await takePackage(cloud, caller, input)),
      ...(input.Architectures !== undefined && { architectures: input.Architectures }),
      ...(input.SourceKMSKeyArn !== undefined && { sourceKmsKeyArn: input.SourceKMSKeyArn }),
    };
    if (input.DryRun === true) return describe({ ...version, ...change }, false);
    const changed = await replace(cloud, version, change);
    return describe(
      input.Publish === true ? await publishNext(state, name, undefined) : changed,
      input.Publish === true,
    );
  },
});

export const updateFunctionConfiguration = operation('UpdateFunctionConfiguration', {
  permissions: (input, context) => [
    { action: 'lambda:UpdateFunctionConfiguration', resource: namedFunction(input, context) },
    ...(input.Role === undefined ? [] : [toPassRole(input.Role, 'lambda')]),
  ],
  handle: async (input, { state, cloud, caller }) => {
    const { qualifier: _none, ...name } = parseFunction(caller, input.FunctionName);
    if (input.Role !== undefined) checkRole(cloud, caller, input.Role);
    return describe(await replace(cloud, state.version(name), settingsOf(input)), false);
  },
});

/** Deletes a function with all versions, or one version. */
export const deleteFunction = operation('DeleteFunction', {
  handle: async ({ FunctionName, Qualifier }, { state, cloud, caller }) => {
    const { qualifier, ...name } = parseFunction(caller, FunctionName, Qualifier);
    state.version({ ...name, ...(qualifier !== undefined && { qualifier }) });
    if (qualifier === '$LATEST')
      throw invalidParameter('$LATEST version cannot be deleted without deleting the function.');
    const used = Object.values(state.get(name).aliases).filter(({ FunctionVersion }) => FunctionVersion === qualifier);
    if (used.length > 0)
      throw conflict(
        `Unable to delete version because the following aliases reference it: [${used.map(({ Name }) => Name).join(', ')}]`,
      );
    const digests = state.listVersions(name).map(({ codeSha256 }) => codeSha256);
    await state.transaction(() =>
      qualifier === undefined ? state.remove(name) : state.removeVersion(name, qualifier),
    );
    cloud.state(FunctionRuntime).drop(functionArn(name));
    dropUnused(state, digests);
    return { StatusCode: 204 };
  },
});

async function replace(
  cloud: Cloud,
  version: FunctionVersion,
  change: Partial<FunctionVersion>,
): Promise<FunctionVersion> {
  const state = cloud.state(LambdaState);
  const changed = { ...version, ...change, modifiedAt: cloud.clock.now(), revision: newRevision() };
  await state.transaction(() => state.putVersion(changed));
  cloud.state(FunctionRuntime).drop(functionArn(version));
  dropUnused(state, [version.codeSha256]);
  return changed;
}

/** Deletes packages that no function version of any account uses. */
function dropUnused(state: LambdaState, digests: readonly string[]): void {
  const used = new Set([...state.everyVersion()].map(({ codeSha256 }) => codeSha256));
  for (const digest of new Set(digests)) if (!used.has(digest)) state.code.remove(digest);
}

/** Common settings of creation and update, as far as given. */
function settingsOf(
  input: Strict<CreateFunctionRequest | UpdateFunctionConfigurationRequest>,
): Partial<FunctionVersion> {
  const variables = input.Environment?.Variables;
  if (variables !== undefined) checkVariables(variables);
  const dead = input.DeadLetterConfig;
  return {
    ...(input.Runtime !== undefined && { runtime: input.Runtime }),
    ...(input.Handler !== undefined && { handler: input.Handler }),
    ...(input.Role !== undefined && { roleArn: input.Role }),
    ...(input.Description !== undefined && { description: input.Description }),
    ...(input.Timeout !== undefined && { timeoutSeconds: input.Timeout }),
    ...(input.MemorySize !== undefined && { memoryMiB: input.MemorySize }),
    ...(input.Environment !== undefined && { environment: variables ?? {} }),
    ...(input.EphemeralStorage !== undefined && { ephemeralMiB: input.EphemeralStorage.Size }),
    ...(input.TracingConfig?.Mode !== undefined && { tracing: input.TracingConfig.Mode }),
    ...(input.LoggingConfig !== undefined && { logging: input.LoggingConfig }),
    ...(input.SnapStart?.ApplyOn !== undefined && { snapStart: input.SnapStart.ApplyOn }),
    ...(input.KMSKeyArn !== undefined && { kmsKeyArn: input.KMSKeyArn === '' ? undefined : input.KMSKeyArn }),
    ...(dead !== undefined && (dead.TargetArn ? { deadLetters: dead } : { deadLetters: undefined })),
  };
}

function checkVariables(variables: Readonly<Record<string, string>>): void {
  const names = Object.keys(variables);
  const reserved = names.filter((name) => RESERVED.test(name));
  if (reserved.length > 0)
    throw invalidParameter(
      `Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${reserved.join(', ')}`,
    );
  const bad = names.find((name) => !/^[a-zA-Z]\w+$/.test(name));
  if (bad !== undefined) throw invalidParameter(`The name of the environment variable ${bad} is invalid.`);
  if (Buffer.byteLength(JSON.stringify(variables)) > MAX_ENVIRONMENT_BYTES)
    throw invalidParameter(
      `Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit.`,
    );
}

function checkRole(cloud: Cloud, { region }: Caller, role: string): void {
  try {
    assumeRole(cloud, role, 'lambda.amazonaws.com', { region });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw invalidParameter('The role defined for the function cannot be assumed by Lambda.');
  }
}
