import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { Aspects, S3Backend, type TerraformElement, TerraformOutput, TerraformStack } from 'cdktf';
import type { Construct, Node } from 'constructs';
import type { Settings } from './config/schema';
import { Tags } from './constructs/tags';

/** Properties of a stack. */
export interface StackProps {
  readonly settings: Settings;
  /** Whether this is the embedded endpoint and not AWS. */
  readonly local: boolean;
  /** Whether the switch for losing data was given at the command line. */
  readonly deletionSwitch: boolean;
}

/** Provider, tags, plain names and plain outputs: what both stacks have. */
export class BaseStack extends TerraformStack {
  /** Beginning of every ARN of the region's partition. */
  protected readonly arnPrefix: string;

  constructor(
    scope: Construct,
    id: string,
    protected readonly props: StackProps,
  ) {
    super(scope, id);
    const { region, envType, projectName, clientName, tags } = props.settings;
    this.arnPrefix = `arn:${partitionOf(region)}`;
    new AwsProvider(this, 'aws', {
      region,
      // Account check: with other addresses or credentials than the environment expects, Terraform refuses to work.
      ...(props.local
        ? { ...localAccess, s3UsePathStyle: true, allowedAccountIds: [LOCAL_ACCOUNT] }
        : { forbiddenAccountIds: [LOCAL_ACCOUNT] }),
    });
    Aspects.of(this).add(new Tags({ ...tags, EnvType: envType, Project: projectName, Client: clientName }));
  }

  /** Whether `destroy` may delete data: see docs/deletion.md. */
  protected get deletionAllowed(): boolean {
    const { dataDeletion } = this.props.settings;
    return dataDeletion === 'allowed' || (dataDeletion === 'with-switch' && this.props.deletionSwitch);
  }

  /** Keeps the state in the configured bucket; Terraform locks it by a lock file beside it. */
  protected remoteState(): void {
    const { stateBackend, stateBucketName, region } = this.props.settings;
    if (stateBackend !== 's3' || stateBucketName === undefined) return;
    new S3Backend(this, {
      bucket: stateBucketName,
      key: `${this.node.id}/terraform.tfstate`,
      region,
      encrypt: true,
      ...(this.props.local
        ? { ...localAccess, skipMetadataApiCheck: true, usePathStyle: true, allowedAccountIds: [LOCAL_ACCOUNT] }
        : {}),
    });
    this.addOverride('terraform.backend.s3.use_lockfile', true);
  }

  /** An output under exactly this name; an undefined value makes none. */
  protected output(name: string, value: string | undefined, description: string): void {
    if (value === undefined) return;
    // The id is the name: `--outputs-file` writes ids, and the producer looks for names.
    new TerraformOutput(this, name, { value, description }).overrideLogicalId(name);
  }

  /**
   * Names resources by where they stand in the tree, `lake_bucket_policy`, with no hash: the state, the plan and the
   * ejected Terraform are read by people. A path is unique in a stack, and so is the name.
   */
  protected override allocateLogicalId(element: TerraformElement | Node): string {
    const node = 'node' in element ? (element as TerraformElement).node : (element as Node);
    const path = node.scopes.slice(node.scopes.indexOf(this) + 1).map((scope) => scope.node.id);
    return (path.at(-1) === 'this' ? path.slice(0, -1) : path).join('_').replaceAll('-', '_');
  }
}

/**
 * Fixed credentials for the endpoint, which takes any: real ones are never sent to it. Its URL is in AWS_ENDPOINT_URL.
 */
const localAccess = {
  accessKey: 'local',
  secretKey: 'local',
  skipCredentialsValidation: true,
  skipMetadataApiCheck: 'true',
};

/** Account of the embedded endpoint; no AWS account has this id. */
const LOCAL_ACCOUNT = '000000000000';

function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}
