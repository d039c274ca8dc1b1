import type {
  CreateWorkGroupInput,
  CreateWorkGroupOutput,
  DeleteWorkGroupInput,
  DeleteWorkGroupOutput,
  GetWorkGroupInput,
  GetWorkGroupOutput,
  ListWorkGroupsInput,
  ListWorkGroupsOutput,
  UpdateWorkGroupInput,
  UpdateWorkGroupOutput,
} from '@aws-sdk/client-athena';
import { operation } from '../../../core/operation';
import { boolean, string, structure } from '../../../core/shape';
import { onWorkGroup, workGroupArn } from '../arn';
import * as constraints from '../constraints';
import { invalidRequest } from '../errors';
import { page } from '../paging';
import { AthenaState, ENGINE } from '../state';
import { updated } from '../work-group';

const { workGroupName, descriptionString } = constraints;

export const createWorkGroup = operation<CreateWorkGroupInput, CreateWorkGroupOutput>({
  name: 'CreateWorkGroup',
  input: structure(
    {
      Name: workGroupName,
      Configuration: constraints.workGroupConfiguration,
      Description: descriptionString,
      Tags: constraints.tagList,
    },
    'Name',
  ),
  permissions: ({ Name }, { caller }) => onWorkGroup('CreateWorkGroup', caller, Name),
  handle: async ({ Name, Configuration, Description, Tags }, { cloud, caller }) => {
    const state = cloud.state(AthenaState);
    await state.transaction(() => {
      if (state.findWorkGroup(caller, Name) !== undefined) throw invalidRequest(`WorkGroup ${Name} is already created`);
      state.putWorkGroup(caller, {
        Name,
        State: 'ENABLED',
        Description: Description ?? '',
        CreationTime: new Date(cloud.clock.now()),
        Configuration: {
          EnforceWorkGroupConfiguration: true,
          PublishCloudWatchMetricsEnabled: true,
          RequesterPaysEnabled: false,
          ResultConfiguration: {},
          ...Configuration,
          EngineVersion: { ...ENGINE, ...Configuration?.EngineVersion },
        },
      });
      state.putTags(workGroupArn(caller, Name), Tags ?? []);
    });
    return {};
  },
});

export const getWorkGroup = operation<GetWorkGroupInput, GetWorkGroupOutput>({
  name: 'GetWorkGroup',
  input: structure({ WorkGroup: workGroupName }, 'WorkGroup'),
  permissions: ({ WorkGroup }, { caller }) => onWorkGroup('GetWorkGroup', caller, WorkGroup),
  handle: ({ WorkGroup }, { cloud, caller }) => ({ WorkGroup: cloud.state(AthenaState).workGroup(caller, WorkGroup) }),
});

export const updateWorkGroup = operation<UpdateWorkGroupInput, UpdateWorkGroupOutput>({
  name: 'UpdateWorkGroup',
  input: structure(
    {
      WorkGroup: workGroupName,
      Description: descriptionString,
      ConfigurationUpdates: constraints.workGroupConfigurationUpdates,
      State: string({ values: ['ENABLED', 'DISABLED'] }),
    },
    'WorkGroup',
  ),
  permissions: ({ WorkGroup }, { caller }) => onWorkGroup('UpdateWorkGroup', caller, WorkGroup),
  handle: async (input, { cloud, caller }) => {
    const state = cloud.state(AthenaState);
    await state.transaction(() => state.putWorkGroup(caller, updated(state.workGroup(caller, input.WorkGroup), input)));
    return {};
  },
});

export const deleteWorkGroup = operation<DeleteWorkGroupInput, DeleteWorkGroupOutput>({
  name: 'DeleteWorkGroup',
  input: structure({ WorkGroup: workGroupName, RecursiveDeleteOption: boolean }, 'WorkGroup'),
  permissions: ({ WorkGroup }, { caller }) => onWorkGroup('DeleteWorkGroup', caller, WorkGroup),
  handle: async ({ WorkGroup, RecursiveDeleteOption }, { cloud, caller }) => {
    if (WorkGroup === 'primary') throw invalidRequest('Primary workgroup cannot be deleted');
    const state = cloud.state(AthenaState);
    await state.transaction(() => {
      state.workGroup(caller, WorkGroup);
      const queries = state.listNamedQueries(caller, WorkGroup);
      const statements = state.listStatements(caller, WorkGroup);
      if (RecursiveDeleteOption !== true && queries.length + statements.length > 0) {
        throw invalidRequest(`WorkGroup ${WorkGroup} is not empty`);
      }
      for (const { NamedQueryId } of queries) state.removeNamedQuery(caller, NamedQueryId as string);
      for (const { StatementName } of statements) state.removeStatement(caller, WorkGroup, StatementName as string);
      state.removeWorkGroup(caller, WorkGroup);
      state.putTags(workGroupArn(caller, WorkGroup), []);
    });
    return {};
  },
});

export const listWorkGroups = operation<ListWorkGroupsInput, ListWorkGroupsOutput>({
  name: 'ListWorkGroups',
  input: structure({ NextToken: constraints.nextToken, MaxResults: constraints.maxResults(50) }),
  handle: ({ NextToken, MaxResults }, { cloud, caller }) => {
    const all = cloud.state(AthenaState).listWorkGroups(caller);
    const { items, nextToken } = page(all, ({ Name }) => Name as string, MaxResults ?? 50, NextToken);
    return {
      WorkGroups: items.map(({ Name, State, Description, CreationTime, Configuration }) => ({
        ...{ Name, State, Description, CreationTime },
        EngineVersion: Configuration?.EngineVersion,
      })),
      NextToken: nextToken,
    };
  },
});
