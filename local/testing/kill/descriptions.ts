import { DeleteAlarmsCommand, DescribeAlarmsCommand, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import { CreateTableCommand, DeleteTableCommand, GetTablesCommand, UpdateTableCommand } from '@aws-sdk/client-glue';
import {
  CreateRoleCommand,
  DeleteRolePolicyCommand,
  GetRolePolicyCommand,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { DeleteBucketPolicyCommand, GetBucketPolicyCommand, PutBucketPolicyCommand } from '@aws-sdk/client-s3';
import { ACCOUNT } from '../delivery';
import { anyOf, type Load, type LoadClients, Registers } from './load';

const NAMES = 8;
const DatabaseName = 'db';
const RoleName = 'subject';
const Bucket = 'objects';

/** Tables of the catalog, policies of a role and of a bucket, and alarms; a value is a number that each carries. */
export class Descriptions implements Load {
  readonly name = 'descriptions';
  private readonly tables = new Registers();
  private readonly policies = new Registers();
  private readonly bucketPolicy = new Registers();
  private readonly alarms = new Registers();

  async prepare({ iam }: LoadClients): Promise<void> {
    const Statement = { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' };
    const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
  }

  async run(clients: LoadClients): Promise<void> {
    await Promise.all([
      this.changeTables(clients),
      this.changePolicies(clients),
      this.changeBucketPolicy(clients),
      this.changeAlarms(clients),
    ]);
  }

  async check({ glue, iam, s3, alarms }: LoadClients): Promise<string[]> {
    const tables = new Map<string, string>();
    const { TableList = [] } = await glue.send(new GetTablesCommand({ DatabaseName, Expression: 'register_.*' }));
    for (const { Name = '', Description = '' } of TableList) tables.set(Name, Description);
    const policies = new Map<string, string>();
    const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
    for (const PolicyName of PolicyNames) {
      const { PolicyDocument = '' } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
      policies.set(PolicyName, sidOf(decodeURIComponent(PolicyDocument)));
    }
    const { MetricAlarms = [] } = await alarms.send(new DescribeAlarmsCommand({}));
    const bucket = await s3.send(new GetBucketPolicyCommand({ Bucket })).catch(() => undefined);
    return [
      ...this.tables.check(tables),
      ...this.policies.check(policies),
      ...this.bucketPolicy.check(new Map(bucket?.Policy === undefined ? [] : [[Bucket, sidOf(bucket.Policy)]])),
      ...this.alarms.check(
        new Map(MetricAlarms.map(({ AlarmName = '', Threshold }) => [AlarmName, String(Threshold)])),
      ),
    ];
  }

  private async changeTables({ glue }: LoadClients): Promise<void> {
    for (;;) {
      const [Name, value] = [`register_${anyOf(NAMES)}`, String(anyOf(1e6))];
      const TableInput = { Name, Description: value };
      if (this.tables.get(Name) === undefined)
        await this.tables.set(Name, value, () => glue.send(new CreateTableCommand({ DatabaseName, TableInput })));
      else if (anyOf(3) === 0)
        await this.tables.set(Name, undefined, () => glue.send(new DeleteTableCommand({ DatabaseName, Name })));
      else await this.tables.set(Name, value, () => glue.send(new UpdateTableCommand({ DatabaseName, TableInput })));
    }
  }

  private async changePolicies({ iam }: LoadClients): Promise<void> {
    for (;;) {
      const [PolicyName, value] = [`policy-${anyOf(NAMES)}`, `s${anyOf(1e6)}`];
      const at = { RoleName, PolicyName };
      if (this.policies.get(PolicyName) !== undefined && anyOf(3) === 0)
        await this.policies.set(PolicyName, undefined, () => iam.send(new DeleteRolePolicyCommand(at)));
      const PolicyDocument = policyOf(value, { Resource: '*' });
      await this.policies.set(PolicyName, value, () => iam.send(new PutRolePolicyCommand({ ...at, PolicyDocument })));
    }
  }

  private async changeBucketPolicy({ s3 }: LoadClients): Promise<void> {
    for (;;) {
      const value = `s${anyOf(1e6)}`;
      const Policy = policyOf(value, {
        Resource: `arn:aws:s3:::${Bucket}/*`,
        Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
      });
      await this.bucketPolicy.set(Bucket, value, () => s3.send(new PutBucketPolicyCommand({ Bucket, Policy })));
      await this.bucketPolicy.set(Bucket, undefined, () => s3.send(new DeleteBucketPolicyCommand({ Bucket })));
    }
  }

  private async changeAlarms({ alarms }: LoadClients): Promise<void> {
    for (;;) {
      const [AlarmName, value] = [`alarm-${anyOf(NAMES)}`, anyOf(1e6)];
      if (this.alarms.get(AlarmName) !== undefined && anyOf(3) === 0)
        await this.alarms.set(AlarmName, undefined, () =>
          alarms.send(new DeleteAlarmsCommand({ AlarmNames: [AlarmName] })),
        );
      const metric = { MetricName: 'm', Namespace: 'n', Period: 60, EvaluationPeriods: 1, Statistic: 'Sum' } as const;
      const ComparisonOperator = 'GreaterThanThreshold';
      const command = new PutMetricAlarmCommand({ AlarmName, ...metric, ComparisonOperator, Threshold: value });
      await this.alarms.set(AlarmName, String(value), () => alarms.send(command));
    }
  }
}

const policyOf = (Sid: string, more: object) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Sid, Effect: 'Allow', Action: 's3:GetObject', ...more }] });
const sidOf = (document: string) => (JSON.parse(document) as { Statement: { Sid: string }[] }).Statement[0]?.Sid ?? '';
