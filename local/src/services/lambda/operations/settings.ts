import type { DestinationConfig } from '@aws-sdk/client-lambda';
import type { Caller } from '../../../core/operation';
import { mergeTags, type Tags, withoutTags } from '../../../core/tags';
import { type FunctionName, functionArn, namedFunction, parseFunction } from '../arn';
import { operation } from '../contract';
import { invalidParameter, notFound } from '../errors';
import { type FunctionInfo, type InvokeConfig, LambdaState } from '../state';

export const putFunctionConcurrency = operation('PutFunctionConcurrency', {
  resource: namedFunction,
  handle: async ({ FunctionName, ReservedConcurrentExecutions: reserved }, { cloud, caller }) => {
    await change(cloud.state(LambdaState), caller, FunctionName, (info) => ({
      ...info,
      reservedConcurrency: reserved,
    }));
    return { ReservedConcurrentExecutions: reserved };
  },
});

export const getFunctionConcurrency = operation('GetFunctionConcurrency', {
  resource: namedFunction,
  handle: ({ FunctionName }, { cloud, caller }) => {
    const { reservedConcurrency } = cloud.state(LambdaState).get(parseFunction(caller, FunctionName));
    return reservedConcurrency === undefined ? {} : { ReservedConcurrentExecutions: reservedConcurrency };
  },
});

export const deleteFunctionConcurrency = operation('DeleteFunctionConcurrency', {
  resource: namedFunction,
  handle: async ({ FunctionName }, { cloud, caller }) => {
    await change(cloud.state(LambdaState), caller, FunctionName, ({ reservedConcurrency: _gone, ...info }) => info);
    return undefined;
  },
});

/** No code signing is supported; Terraform reads it with each function. */
export const getFunctionCodeSigningConfig = operation('GetFunctionCodeSigningConfig', {
  resource: namedFunction,
  handle: ({ FunctionName }, { cloud, caller }) => {
    const { name } = cloud.state(LambdaState).get(parseFunction(caller, FunctionName));
    return { CodeSigningConfigArn: '', FunctionName: name };
  },
});

export const putFunctionEventInvokeConfig = operation('PutFunctionEventInvokeConfig', {
  resource: namedFunction,
  handle: (input, { cloud, caller }) =>
    setInvokeConfig(cloud.state(LambdaState), caller, input, () => ({}), cloud.clock.now()),
});

export const updateFunctionEventInvokeConfig = operation('UpdateFunctionEventInvokeConfig', {
  resource: namedFunction,
  handle: (input, { cloud, caller }) =>
    setInvokeConfig(cloud.state(LambdaState), caller, input, (known) => known, cloud.clock.now()),
});

export const getFunctionEventInvokeConfig = operation('GetFunctionEventInvokeConfig', {
  resource: namedFunction,
  handle: ({ FunctionName, Qualifier }, { cloud, caller }) => {
    const { qualifier = '', ...name } = parseFunction(caller, FunctionName, Qualifier);
    const found = cloud.state(LambdaState).get(name).invokeConfigs[qualifier];
    if (found === undefined) throw missingConfig(name);
    return show(name, qualifier, found);
  },
});

export const deleteFunctionEventInvokeConfig = operation('DeleteFunctionEventInvokeConfig', {
  resource: namedFunction,
  handle: async ({ FunctionName, Qualifier }, { cloud, caller }) => {
    const { qualifier = '', ...name } = parseFunction(caller, FunctionName, Qualifier);
    await change(cloud.state(LambdaState), caller, FunctionName, (info) => {
      if (info.invokeConfigs[qualifier] === undefined) throw missingConfig(name);
      const { [qualifier]: _gone, ...invokeConfigs } = info.invokeConfigs;
      return { ...info, invokeConfigs };
    });
    return undefined;
  },
});

export const listTags = operation('ListTags', {
  resource: ({ Resource }) => Resource,
  handle: ({ Resource }, { cloud, caller }) => ({
    Tags: { ...tagged(cloud.state(LambdaState), caller, Resource).tags },
  }),
});

export const tagResource = operation('TagResource', {
  resource: ({ Resource }) => Resource,
  handle: async ({ Resource, Tags }, { cloud, caller }) => {
    await retag(cloud.state(LambdaState), caller, Resource, (tags) => mergeTags(tags, Tags, tooManyTags));
    return undefined;
  },
});

export const untagResource = operation('UntagResource', {
  resource: ({ Resource }) => Resource,
  handle: async ({ Resource, TagKeys }, { cloud, caller }) => {
    await retag(cloud.state(LambdaState), caller, Resource, (tags) => withoutTags(tags, TagKeys));
    return undefined;
  },
});

const tooManyTags = () => invalidParameter('The number of tags on this resource has reached the limit of 50.');
const MAPPING = /:event-source-mapping:([\w-]+)$/;

function tagged(state: LambdaState, caller: Caller, arn: string): { tags: Tags } {
  const uuid = MAPPING.exec(arn)?.[1];
  if (uuid === undefined) return state.get(parseFunction(caller, arn));
  const mapping = state.findMapping(uuid);
  if (mapping === undefined) throw notFound('The resource you requested does not exist.');
  return mapping;
}

async function retag(state: LambdaState, caller: Caller, arn: string, change: (tags: Tags) => Tags): Promise<void> {
  await state.transaction(() => {
    const { tags } = tagged(state, caller, arn);
    const mapping = state.findMapping(MAPPING.exec(arn)?.[1] ?? '');
    if (mapping !== undefined) state.putMapping({ ...mapping, tags: change(tags) });
    else state.put({ ...state.get(parseFunction(caller, arn)), tags: change(tags) });
  });
}

async function change(
  state: LambdaState,
  caller: Caller,
  reference: string,
  work: (info: FunctionInfo) => FunctionInfo,
): Promise<void> {
  await state.transaction(() => state.put(work(state.get(parseFunction(caller, reference)))));
}

interface InvokeConfigInput {
  readonly FunctionName: string;
  readonly Qualifier?: string;
  readonly MaximumRetryAttempts?: number;
  readonly MaximumEventAgeInSeconds?: number;
  readonly DestinationConfig?: DestinationConfig;
}

async function setInvokeConfig(
  state: LambdaState,
  caller: Caller,
  input: InvokeConfigInput,
  base: (known: Partial<InvokeConfig>) => Partial<InvokeConfig>,
  modifiedAt: number,
) {
  const { qualifier = '', ...name } = parseFunction(caller, input.FunctionName, input.Qualifier);
  let config: InvokeConfig = { modifiedAt };
  await change(state, caller, input.FunctionName, (info) => {
    config = {
      ...base(info.invokeConfigs[qualifier] ?? {}),
      modifiedAt,
      ...(input.MaximumRetryAttempts !== undefined && { retries: input.MaximumRetryAttempts }),
      ...(input.MaximumEventAgeInSeconds !== undefined && { maxAgeSeconds: input.MaximumEventAgeInSeconds }),
      ...(input.DestinationConfig !== undefined && { destinations: input.DestinationConfig }),
    };
    return { ...info, invokeConfigs: { ...info.invokeConfigs, [qualifier]: config } };
  });
  return show(name, qualifier, config);
}

function show(
  name: FunctionName,
  qualifier: string,
  { modifiedAt, retries, maxAgeSeconds, destinations }: InvokeConfig,
) {
  return {
    LastModified: new Date(modifiedAt),
    FunctionArn: functionArn(name, qualifier === '' ? '$LATEST' : qualifier),
    MaximumRetryAttempts: retries,
    MaximumEventAgeInSeconds: maxAgeSeconds,
    DestinationConfig: destinations ?? { OnSuccess: {}, OnFailure: {} },
  };
}

const missingConfig = (name: FunctionName) =>
  notFound(`The function ${functionArn(name)} doesn't have an EventInvokeConfig`);
