import type { DestinationConfig } from '@aws-sdk/client-lambda';
import type { Caller } from '../../../core/operation';
import { mergeTags, type Tags, withoutTags } from '../../../core/tags';
import { type FunctionName, functionArn, parseFunction } from '../arn';
import { operation } from '../contract';
import { invalidParameter, notFound } from '../errors';
import type { FunctionInfo, InvokeConfig, LambdaState } from '../state';

export const putFunctionConcurrency = operation('PutFunctionConcurrency', {
  handle: async ({ FunctionName, ReservedConcurrentExecutions: reserved }, { state, caller }) => {
    await change(state, caller, FunctionName, (info) => ({
      ...info,
      reservedConcurrency: reserved,
    }));
    return { ReservedConcurrentExecutions: reserved };
  },
});

export const getFunctionConcurrency = operation('GetFunctionConcurrency', {
  handle: ({ FunctionName }, { state, caller }) => {
    const { reservedConcurrency } = state.get(parseFunction(caller, FunctionName));
    return reservedConcurrency === undefined ? {} : { ReservedConcurrentExecutions: reservedConcurrency };
  },
});

export const deleteFunctionConcurrency = operation('DeleteFunctionConcurrency', {
  handle: ({ FunctionName }, { state, caller }) =>
    change(state, caller, FunctionName, ({ reservedConcurrency: _gone, ...info }) => info),
});

/** No code signing is supported; Terraform reads it with each function. */
export const getFunctionCodeSigningConfig = operation('GetFunctionCodeSigningConfig', {
  handle: ({ FunctionName }, { state, caller }) => {
    const { name } = state.get(parseFunction(caller, FunctionName));
    return { CodeSigningConfigArn: '', FunctionName: name };
  },
});

export const putFunctionEventInvokeConfig = operation('PutFunctionEventInvokeConfig', {
  handle: (input, { state, cloud, caller }) => setInvokeConfig(state, caller, input, () => ({}), cloud.clock.now()),
});

export const updateFunctionEventInvokeConfig = operation('UpdateFunctionEventInvokeConfig', {
  handle: (input, { state, cloud, caller }) =>
    setInvokeConfig(state, caller, input, (known) => known, cloud.clock.now()),
});

export const getFunctionEventInvokeConfig = operation('GetFunctionEventInvokeConfig', {
  handle: ({ FunctionName, Qualifier }, { state, caller }) => {
    const { qualifier = '', ...name } = parseFunction(caller, FunctionName, Qualifier);
    const found = state.get(name).invokeConfigs[qualifier];
    if (found === undefined) throw missingConfig(name);
    return show(name, qualifier, found);
  },
});

export const deleteFunctionEventInvokeConfig = operation('DeleteFunctionEventInvokeConfig', {
  handle: async ({ FunctionName, Qualifier }, { state, caller }) => {
    const { qualifier = '', ...name } = parseFunction(caller, FunctionName, Qualifier);
    await change(state, caller, FunctionName, (info) => {
      if (info.invokeConfigs[qualifier] === undefined) throw missingConfig(name);
      const { [qualifier]: _gone, ...invokeConfigs } = info.invokeConfigs;
      return { ...info, invokeConfigs };
    });
  },
});

export const listTags = operation('ListTags', {
  handle: ({ Resource }, { state, caller }) => ({
    Tags: { ...tagged(state, caller, Resource).tags },
  }),
});

export const tagResource = operation('TagResource', {
  handle: ({ Resource, Tags }, { state, caller }) =>
    retag(state, caller, Resource, (tags) => mergeTags(tags, Tags, tooManyTags)),
});

export const untagResource = operation('UntagResource', {
  handle: ({ Resource, TagKeys }, { state, caller }) =>
    retag(state, caller, Resource, (tags) => withoutTags(tags, TagKeys)),
});

const tooManyTags = () => invalidParameter('The number of tags on this resource has reached the limit of 50.');
const MAPPING = /:event-source-mapping:([\w-]+)$/;

function tagged(state: LambdaState, caller: Caller, arn: string): { tags: Tags } {
  const uuid = MAPPING.exec(arn)?.[1];
  return uuid === undefined ? state.get(parseFunction(caller, arn)) : state.mapping(caller, uuid);
}

async function retag(state: LambdaState, caller: Caller, arn: string, change: (tags: Tags) => Tags): Promise<void> {
  const uuid = MAPPING.exec(arn)?.[1];
  await state.transaction(() => {
    const tags = change(tagged(state, caller, arn).tags);
    if (uuid === undefined) state.put({ ...state.get(parseFunction(caller, arn)), tags });
    else state.putMapping({ ...state.mapping(caller, uuid), tags });
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
