import { CreateKeyCommand } from '@aws-sdk/client-kms';
import { CreateBucketCommand, PutBucketPolicyCommand } from '@aws-sdk/client-s3';
import { CreateTopicCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand } from '@aws-sdk/client-sqs';
import { localFixture, policy } from 'lakehouse-local/testing';

const local = localFixture();

/** A name of its own for each policy: a topic or queue that is there is not made anew with another. */
const nameOf = (arn: string) => arn.replace(/.*\//, '');

/** Puts a policy for a principal, by service. */
const PUTS: readonly [service: string, put: (AWS: string) => Promise<unknown>, refusal: object][] = [
  [
    'KMS',
    (AWS) => {
      const Policy = policy({ Effect: 'Allow', Principal: { AWS }, Action: 'kms:*', Resource: '*' });
      return local.kms.send(new CreateKeyCommand({ Policy, BypassPolicyLockoutSafetyCheck: true }));
    },
    { name: 'MalformedPolicyDocumentException' },
  ],
  [
    'S3',
    (AWS) => {
      const statement = {
        Effect: 'Allow',
        Principal: { AWS },
        Action: 's3:GetObject',
        Resource: 'arn:aws:s3:::lake/*',
      };
      return local.s3.send(new PutBucketPolicyCommand({ Bucket: 'lake', Policy: policy(statement) }));
    },
    { name: 'MalformedPolicy', message: 'Invalid principal in policy' },
  ],
  [
    'SNS',
    (AWS) => {
      const Policy = policy({ Effect: 'Allow', Principal: { AWS }, Action: 'sns:Publish', Resource: '*' });
      return local.sns.send(new CreateTopicCommand({ Name: nameOf(AWS), Attributes: { Policy } }));
    },
    { message: 'Invalid parameter: Policy Error: PrincipalNotFound' },
  ],
  [
    'SQS',
    (AWS) => {
      const Policy = policy({ Effect: 'Allow', Principal: { AWS }, Action: 'sqs:SendMessage', Resource: '*' });
      return local.sqs.send(new CreateQueueCommand({ QueueName: nameOf(AWS), Attributes: { Policy } }));
    },
    { name: 'InvalidAttributeValue' },
  ],
];

beforeAll(() => local.s3.send(new CreateBucketCommand({ Bucket: 'lake' })));

test.each(PUTS)("a policy of %s is refused while it names a role that isn't there", async (service, put, refusal) => {
  const RoleName = `reader-${service}`;
  const arn = `arn:aws:iam::000000000000:role/${RoleName}`;
  await expect(put(arn)).rejects.toMatchObject(refusal);
  await local.role(RoleName);
  await put(arn);
  await put('arn:aws:iam::111122223333:role/of-another-account');
});
