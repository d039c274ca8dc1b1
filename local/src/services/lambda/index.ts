import { randomUUID } from 'node:crypto';
import type { Service } from '../../core/service';
import { serviceMay } from '../iam/authorize';
import { accessDenied } from '../iam/errors';
import { parseFunction } from './arn';
import { AsyncInvoker } from './async-invoker';
import { contract } from './contract';
import { Pollers } from './event-sources/pollers';
import {
  createEventSourceMapping,
  deleteEventSourceMapping,
  getEventSourceMapping,
  listEventSourceMappings,
  updateEventSourceMapping,
} from './operations/event-source-mappings';
import {
  createFunction,
  deleteFunction,
  getFunction,
  getFunctionConfiguration,
  listFunctions,
  updateFunctionCode,
  updateFunctionConfiguration,
} from './operations/functions';
import { invoke } from './operations/invoke';
import { addPermission, getPolicy, removePermission, resourcePolicyOf } from './operations/permissions';
import {
  deleteFunctionConcurrency,
  deleteFunctionEventInvokeConfig,
  getFunctionCodeSigningConfig,
  getFunctionConcurrency,
  getFunctionEventInvokeConfig,
  listTags,
  putFunctionConcurrency,
  putFunctionEventInvokeConfig,
  tagResource,
  untagResource,
  updateFunctionEventInvokeConfig,
} from './operations/settings';
import {
  createAlias,
  deleteAlias,
  getAlias,
  listAliases,
  listVersionsByFunction,
  publishVersion,
  updateAlias,
} from './operations/versions';
import { LambdaState } from './state';

export const lambda: Service = {
  name: 'lambda',
  signingName: 'lambda',
  contract,
  operations: [
    createFunction,
    getFunction,
    getFunctionConfiguration,
    listFunctions,
    updateFunctionCode,
    updateFunctionConfiguration,
    deleteFunction,
    publishVersion,
    listVersionsByFunction,
    createAlias,
    getAlias,
    updateAlias,
    deleteAlias,
    listAliases,
    putFunctionConcurrency,
    getFunctionConcurrency,
    deleteFunctionConcurrency,
    putFunctionEventInvokeConfig,
    updateFunctionEventInvokeConfig,
    getFunctionEventInvokeConfig,
    deleteFunctionEventInvokeConfig,
    getFunctionCodeSigningConfig,
    addPermission,
    removePermission,
    getPolicy,
    invoke,
    createEventSourceMapping,
    getEventSourceMapping,
    listEventSourceMappings,
    updateEventSourceMapping,
    deleteEventSourceMapping,
    listTags,
    tagResource,
    untagResource,
  ],
  onNotification: async (cloud, { service, sourceArn, endpoint, event, accountId, region, checkOnly }) => {
    const permission = { action: 'lambda:InvokeFunction', resource: endpoint };
    const reference = parseFunction({ accountId, region }, endpoint);
    cloud.state(LambdaState).version(reference);
    if (!serviceMay(cloud, service, sourceArn, { accountId, region }, permission))
      throw accessDenied(service, permission.action, endpoint);
    if (checkOnly === true) return;
    await cloud.state(AsyncInvoker).add(reference, Buffer.from(JSON.stringify(event)), randomUUID());
  },
  resourcePolicy: (cloud, { resource }) => {
    const policy = resourcePolicyOf(cloud.state(LambdaState), resource);
    return policy === undefined ? undefined : { documents: [policy] };
  },
  start: (cloud) => {
    cloud.state(AsyncInvoker).start();
    cloud.state(Pollers).start();
  },
};
