import { AthenaClient, GetWorkGroupCommand } from '@aws-sdk/client-athena';
import { DescribeDeliveryStreamCommand, FirehoseClient } from '@aws-sdk/client-firehose';
import { DescribeStreamSummaryCommand, KinesisClient } from '@aws-sdk/client-kinesis';
import { HeadBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { Refusal } from '../shared/errors';
import { asList, asObject, type JsonObject } from '../shared/json';
import type { AwsTarget } from '../terraform/synthesized';
import { clientConfig } from './identity';
import { managed, withAccount } from './state';

/** Look-up of a resource by type and name: the call fails if it doesn't exist. */
interface Look {
  readonly kind: string;
  readonly argument: string;
  readonly call: (name: string, synthesized: JsonObject, env: NodeJS.ProcessEnv) => Promise<unknown>;
}

const LOOKS: Readonly<Record<string, Look>> = {
  aws_kinesis_stream: {
    kind: 'stream',
    argument: 'name',
    call: (StreamName, ...where) =>
      using(new KinesisClient(clientConfig(...where, 'KINESIS')), (client) =>
        client.send(new DescribeStreamSummaryCommand({ StreamName })),
      ),
  },
  aws_s3_bucket: {
    kind: 'bucket',
    argument: 'bucket',
    call: (Bucket, synthesized, env) => {
      const config = clientConfig(synthesized, env, 'S3');
      const client = new S3Client({ ...config, forcePathStyle: config.endpoint !== undefined });
      return using(client, () => client.send(new HeadBucketCommand({ Bucket })));
    },
  },
  aws_kinesis_firehose_delivery_stream: {
    kind: 'delivery stream',
    argument: 'name',
    call: (DeliveryStreamName, ...where) =>
      using(new FirehoseClient(clientConfig(...where, 'FIREHOSE')), (client) =>
        client.send(new DescribeDeliveryStreamCommand({ DeliveryStreamName })),
      ),
  },
  aws_athena_workgroup: {
    kind: 'workgroup',
    argument: 'name',
    call: (WorkGroup, ...where) =>
      using(new AthenaClient(clientConfig(...where, 'ATHENA')), (client) =>
        client.send(new GetWorkGroupCommand({ WorkGroup })),
      ),
  },
};

/**
 * Refuses a plan that would create resources that exist already, made by another checkout or by hand: the apply would
 * stop midway with half of a lakehouse, or, with a bucket in us-east-1, take over a foreign one. Resources that the
 * caller may not look up count as absent.
 */
export async function checkNoStrangers(
  state: JsonObject | undefined,
  synthesized: JsonObject,
  target: AwsTarget | undefined,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  if (target === undefined) return;
  const known = new Set(managed(state).map(({ type, name }) => `${type}.${name}`));
  for (const block of asList(synthesized.import)) known.add(String(asObject(block).to));
  const found: string[] = [];
  for (const [type, { kind, argument, call }] of Object.entries(LOOKS)) {
    for (const [id, values] of Object.entries(asObject(asObject(synthesized.resource)[type]))) {
      const name = withAccount(String(asObject(values)[argument] ?? '${'), target);
      if (known.has(`${type}.${id}`) || name.includes('${')) continue;
      const isThere = await call(name, synthesized, env).then(
        () => true,
        () => false,
      );
      if (isThere) found.push(`${kind} ${name}`);
    }
  }
  if (found.length === 0) return;
  const whose =
    target.endpoint === undefined
      ? 'go on with the state that has them (another checkout, remote state), import them'
      : 'destroy them where they were made, start the endpoint with a --data-dir of its own';
  throw new Refusal(
    `${found.join(', ')} in ${target.endpoint ?? `account ${target.account}`} exist already and are not in this state: ${whose}, or give this lakehouse another name by LAKEHOUSE_APP_NAME. Nothing was touched.`,
  );
}

async function using<Client extends { destroy(): void }, Answer>(
  client: Client,
  work: (client: Client) => Promise<Answer>,
): Promise<Answer> {
  try {
    return await work(client);
  } finally {
    client.destroy();
  }
}
