import { Contract } from '../../core/contract';
import type { LambdaState } from './state';

const FUNCTION_NAME = {
  min: 1,
  max: 256,
  pattern:
    '(arn:aws[a-zA-Z-]*:lambda:)?([a-z0-9-]+:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\\$LATEST(\\.PUBLISHED)?|[a-zA-Z0-9-_]+))?',
};

/** Lambda's contract: AWS's model, and the limits that its API reference adds. */
export const contract = new Contract<typeof import('@aws-sdk/client-lambda'), LambdaState>('lambda', {
  asksOwners: true,
  reservedTagCode: 'InvalidParameterValueException',
  state: () => (require('./state') as typeof import('./state')).LambdaState,
  resources: () => (require('./arn') as typeof import('./arn')).resources,
  violationCode: 'InvalidParameterValueException',
  // 50 MB of a zipped package as base64, and the rest of the JSON ("Lambda quotas").
  maxBodyBytes: 72 * 1024 * 1024,
  limits: {
    FunctionName: FUNCTION_NAME,
    Role: { pattern: 'arn:(aws[a-zA-Z-]*)?:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+' },
    Handler: { max: 128, pattern: '[^\\s]+' },
    Description: { max: 256 },
    Timeout: { min: 1, max: 900 },
    MemorySize: { min: 128, max: 10_240 },
    PackageType: { values: ['Zip', 'Image'] },
    Architectures: { min: 1, max: 1, of: { values: ['x86_64', 'arm64'] } },
    'EphemeralStorage.Size': { min: 512, max: 10_240 },
    'TracingConfig.Mode': { values: ['Active', 'PassThrough'] },
    'LoggingConfig.LogFormat': { values: ['JSON', 'Text'] },
    InvocationType: { values: ['Event', 'RequestResponse', 'DryRun'] },
    LogType: { values: ['None', 'Tail'] },
    ReservedConcurrentExecutions: { min: 0 },
    StatementId: { min: 1, max: 100, pattern: '([a-zA-Z0-9-_]+)' },
    'CreateAliasRequest.Name': { min: 1, max: 128, pattern: '(?!^[0-9]+$)([a-zA-Z0-9-_]+)' },
    'PutFunctionEventInvokeConfigRequest.MaximumRetryAttempts': { min: 0, max: 2 },
    'UpdateFunctionEventInvokeConfigRequest.MaximumRetryAttempts': { min: 0, max: 2 },
    MaximumEventAgeInSeconds: { min: 60, max: 21_600 },
    BatchSize: { min: 1, max: 10_000 },
    MaximumBatchingWindowInSeconds: { min: 0, max: 300 },
    ParallelizationFactor: { min: 1, max: 10 },
    MaximumRecordAgeInSeconds: { min: -1, max: 604_800 },
    MaximumRetryAttempts: { min: -1, max: 10_000 },
    TumblingWindowInSeconds: { min: 0, max: 900 },
    StartingPosition: { values: ['TRIM_HORIZON', 'LATEST', 'AT_TIMESTAMP'] },
    FunctionResponseTypes: { max: 1, of: { values: ['ReportBatchItemFailures'] } },
    MaximumConcurrency: { min: 2, max: 1_000 },
    MaxItems: { min: 1, max: 10_000 },
  },
  ignores: {
    KMSKeyArn: 'environment variables are kept in the data directory as they are, which is yours alone',
    SourceKMSKeyArn: 'packages are kept in the data directory as they are',
    TracingConfig: 'there is no X-Ray here; the mode is given back as it was set',
    Architectures: "a function runs on this machine's own processor, whatever it names",
    EphemeralStorage: "a function writes to this machine's own temporary folder",
    SnapStart: 'an environment starts in milliseconds here',
    RevisionId: 'changes are not compared with an earlier revision',
    ClientContext: 'only mobile clients send one',
    ScalingConfig: 'queues are polled by one poller here',
    MetricsConfig: 'the metrics of mappings are not counted one by one',
    TenancyConfig: 'each environment serves one function and nobody else',
    TenantId: 'each environment serves one function and nobody else',
  },
  refuses:
    'ImageUri ImageConfig Layers FileSystemConfigs CodeSigningConfigArn CapacityProviderConfig DurableConfig DurableExecutionName PublishTo FunctionUrlAuthType InvokedViaFunctionUrl PrincipalOrgID EventSourceToken S3ObjectStorageMode Topics Queues SourceAccessConfigurations SelfManagedEventSource AmazonManagedKafkaEventSourceConfig SelfManagedKafkaEventSourceConfig DocumentDBEventSourceConfig ProvisionedPollerConfig MasterRegion VpcConfig RoutingConfig EventSourceMappingLoggingConfig.SystemLogLevel',
  keeps: 'LoggingConfig',
});

export const { operation } = contract;
