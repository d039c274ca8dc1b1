import type { FunctionConfiguration } from '@aws-sdk/client-lambda';
import { functionArn } from './arn';
import type { FunctionVersion } from './state';

/** A version's description in the API. */
export function describe(version: FunctionVersion, withQualifier: boolean): FunctionConfiguration {
  const { environment, deadLetters } = version;
  return {
    FunctionName: version.name,
    FunctionArn: functionArn(version, withQualifier ? version.version : undefined),
    Runtime: version.runtime as FunctionConfiguration['Runtime'],
    Role: version.roleArn,
    Handler: version.handler,
    CodeSize: version.codeSize,
    Description: version.description,
    Timeout: version.timeoutSeconds,
    MemorySize: version.memoryMiB,
    LastModified: new Date(version.modifiedAt).toISOString().replace('Z', '+0000'),
    CodeSha256: version.codeSha256,
    Version: version.version,
    ...(Object.keys(environment).length > 0 && { Environment: { Variables: { ...environment } } }),
    ...(deadLetters !== undefined && { DeadLetterConfig: deadLetters }),
    TracingConfig: { Mode: version.tracing ?? 'PassThrough' },
    RevisionId: version.revision,
    State: 'Active',
    LastUpdateStatus: 'Successful',
    PackageType: 'Zip',
    Architectures: [...version.architectures] as FunctionConfiguration['Architectures'],
    EphemeralStorage: { Size: version.ephemeralMiB },
    SnapStart: { ApplyOn: version.snapStart ?? 'None', OptimizationStatus: 'Off' },
    ...(version.kmsKeyArn !== undefined && { KMSKeyArn: version.kmsKeyArn }),
    RuntimeVersionConfig: {
      RuntimeVersionArn: `arn:aws:lambda:${version.region}::runtime:local-${version.runtime}`,
    },
    LoggingConfig: { LogFormat: 'Text', LogGroup: `/aws/lambda/${version.name}`, ...version.logging },
  };
}
