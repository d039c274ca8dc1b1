import type {
  ResultConfiguration,
  ResultConfigurationUpdates,
  UpdateWorkGroupInput,
  WorkGroup,
} from '@aws-sdk/client-athena';
import type { Strict } from '../../core/operation';
import { ENGINE } from './state';

/** A workgroup after an update: what the update names is replaced or removed, the rest stays. */
export function updated(workGroup: WorkGroup, input: Strict<UpdateWorkGroupInput>): WorkGroup {
  const {
    ResultConfigurationUpdates: results,
    RemoveBytesScannedCutoffPerQuery,
    RemoveCustomerContentEncryptionConfiguration,
    EngineVersion,
    ...changes
  } = input.ConfigurationUpdates ?? {};
  const configuration = { ...workGroup.Configuration, ...changes };
  if (results !== undefined) {
    configuration.ResultConfiguration = updatedResults(workGroup.Configuration?.ResultConfiguration ?? {}, results);
  }
  if (EngineVersion !== undefined) configuration.EngineVersion = { ...ENGINE, ...EngineVersion };
  if (RemoveBytesScannedCutoffPerQuery === true) delete configuration.BytesScannedCutoffPerQuery;
  if (RemoveCustomerContentEncryptionConfiguration === true)
    delete configuration.CustomerContentEncryptionConfiguration;
  return {
    ...workGroup,
    Configuration: configuration,
    Description: input.Description ?? workGroup.Description,
    State: input.State ?? workGroup.State,
  };
}

function updatedResults(before: ResultConfiguration, updates: ResultConfigurationUpdates): ResultConfiguration {
  const {
    RemoveOutputLocation,
    RemoveEncryptionConfiguration,
    RemoveExpectedBucketOwner,
    RemoveAclConfiguration,
    ...changes
  } = updates;
  const after = { ...before, ...changes };
  if (RemoveOutputLocation === true) delete after.OutputLocation;
  if (RemoveEncryptionConfiguration === true) delete after.EncryptionConfiguration;
  if (RemoveExpectedBucketOwner === true) delete after.ExpectedBucketOwner;
  if (RemoveAclConfiguration === true) delete after.AclConfiguration;
  return after;
}
