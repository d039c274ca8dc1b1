import type {
  ManagedQueryResultsConfigurationUpdates,
  ResultConfiguration,
  ResultConfigurationUpdates,
  WorkGroupConfiguration,
  WorkGroupConfigurationUpdates,
} from '@aws-sdk/client-athena';
import { fromTagList } from '../../../core/tags';
import { workGroupArn } from '../arn';
import { operation } from '../contract';
import { engineVersion } from '../engine-version';
import { invalidRequest } from '../errors';
import { page } from '../paging';

export const createWorkGroup = operation('CreateWorkGroup', {
  resource: (input, { caller }) => workGroupArn(caller, input.Name),
  handle: async (input, { state, cloud, caller }) => {
    const configuration: WorkGroupConfiguration = {
      ResultConfiguration: {},
      EnforceWorkGroupConfiguration: true,
      PublishCloudWatchMetricsEnabled: false,
      EnableMinimumEncryptionConfiguration: false,
      RequesterPaysEnabled: false,
      ...input.Configuration,
      EngineVersion: engineVersion(input.Configuration?.EngineVersion?.SelectedEngineVersion),
    };
    checkLocation(configuration.ResultConfiguration?.OutputLocation);
    checkManaged(configuration.ManagedQueryResultsConfiguration);
    await state.transaction(() => {
      if (state.findWorkGroup(caller, input.Name) !== undefined) throw invalidRequest('WorkGroup is already created');
      state.putWorkGroup(caller, {
        Name: input.Name,
        State: 'ENABLED',
        Configuration: configuration,
        Description: input.Description,
        CreationTime: new Date(cloud.clock.now()),
      });
      state.tags.put(workGroupArn(caller, input.Name), fromTagList(input.Tags));
    });
  },
});

export const getWorkGroup = operation('GetWorkGroup', {
  handle: (input, { state, caller }) => ({ WorkGroup: state.workGroup(caller, input.WorkGroup) }),
});

export const updateWorkGroup = operation('UpdateWorkGroup', {
  handle: async (input, { state, caller }) => {
    checkLocation(input.ConfigurationUpdates?.ResultConfigurationUpdates?.OutputLocation);
    checkManaged(input.ConfigurationUpdates?.ManagedQueryResultsConfigurationUpdates);
    await state.transaction(() => {
      const before = state.workGroup(caller, input.WorkGroup);
      state.putWorkGroup(caller, {
        ...before,
        State: input.State ?? before.State,
        Description: input.Description ?? before.Description,
        Configuration: updated(before.Configuration ?? {}, input.ConfigurationUpdates ?? {}),
      });
    });
  },
});

function updated(before: WorkGroupConfiguration, updates: WorkGroupConfigurationUpdates): WorkGroupConfiguration {
  const {
    ResultConfigurationUpdates: results,
    RemoveBytesScannedCutoffPerQuery: removeCutoff,
    RemoveCustomerContentEncryptionConfiguration: removeEncryption,
    ManagedQueryResultsConfigurationUpdates: _managed,
    EngineVersion: version,
    ...rest
  } = updates;
  const after: WorkGroupConfiguration = { ...before, ...rest };
  if (removeCutoff === true) delete after.BytesScannedCutoffPerQuery;
  if (removeEncryption === true) delete after.CustomerContentEncryptionConfiguration;
  if (version !== undefined) after.EngineVersion = engineVersion(version.SelectedEngineVersion);
  if (results !== undefined) after.ResultConfiguration = updatedResults(before.ResultConfiguration ?? {}, results);
  return after;
}

function updatedResults(before: ResultConfiguration, updates: ResultConfigurationUpdates): ResultConfiguration {
  const {
    RemoveOutputLocation,
    RemoveEncryptionConfiguration,
    RemoveExpectedBucketOwner,
    RemoveAclConfiguration,
    ...rest
  } = updates;
  const after: ResultConfiguration = { ...before, ...rest };
  if (RemoveOutputLocation === true) delete after.OutputLocation;
  if (RemoveEncryptionConfiguration === true) delete after.EncryptionConfiguration;
  if (RemoveExpectedBucketOwner === true) delete after.ExpectedBucketOwner;
  if (RemoveAclConfiguration === true) delete after.AclConfiguration;
  return after;
}

function checkLocation(location: string | undefined): void {
  if (location !== undefined && !/^s3:\/\/[^/]+(\/.*)?$/.test(location)) {
    throw invalidRequest('outputLocation is not a valid S3 path.');
  }
}

/** Managed query results, which Athena keeps itself, are not here: taken, they would be in no bucket and with no query. */
function checkManaged(results: ManagedQueryResultsConfigurationUpdates | undefined): void {
  if (results?.Enabled !== true) return;
  throw invalidRequest('Managed query results are not here: name an OutputLocation in ResultConfiguration.');
}

/** @param input.RecursiveDeleteOption whether to delete its queries and history too. @default false */
export const deleteWorkGroup = operation('DeleteWorkGroup', {
  handle: async (input, { state, caller }) => {
    if (input.WorkGroup === 'primary') throw invalidRequest('The primary workgroup can not be deleted.');
    await state.transaction(() => {
      state.workGroup(caller, input.WorkGroup);
      if (input.RecursiveDeleteOption !== true && state.holdsQueries(caller, input.WorkGroup)) {
        throw invalidRequest(`WorkGroup ${input.WorkGroup} is not empty`);
      }
      state.removeWorkGroup(caller, input.WorkGroup);
      state.tags.remove(workGroupArn(caller, input.WorkGroup));
    });
  },
});

export const listWorkGroups = operation('ListWorkGroups', {
  handle: (input, { state, caller }) => {
    const { items, nextToken } = page(input.NextToken, input.MaxResults, {
      items: (after) => state.listWorkGroups(caller, after),
      keyOf: (group) => group.Name as string,
    });
    return {
      WorkGroups: items.map(({ Name, State, Description, CreationTime, Configuration }) => ({
        Name,
        State,
        Description: Description ?? '',
        CreationTime,
        EngineVersion: Configuration?.EngineVersion,
      })),
      NextToken: nextToken,
    };
  },
});
