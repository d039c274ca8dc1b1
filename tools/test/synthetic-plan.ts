import type { parsePlan } from '../src/plan/parse';

type Plan = ReturnType<typeof parsePlan>;
type Entry = NonNullable<Plan['resource_changes']>[number];

const TYPES = [
  'aws_s3_bucket',
  'aws_iam_role_policy',
  'aws_kinesis_stream',
  'aws_cloudwatch_log_group',
  'aws_instance',
];
const ACTIONS = [['create'], ['update'], ['delete', 'create'], ['delete'], ['no-op']];

/** Creates a plan of a number of resources, with all kinds of actions, policies, unknown and sensitive values. */
export function syntheticPlan(count: number): Plan {
  const changes = Array.from({ length: count }, (_, index) => entry(index));
  const resources = changes.map(({ address = '', type, name }) => ({
    address,
    type,
    ...(name !== undefined && { name }),
    mode: 'managed',
    expressions: { bucket: { references: [`aws_s3_bucket.r${(name ?? 'r0').slice(1)}.id`] } },
  }));
  return { format_version: '1.2', resource_changes: changes, configuration: { root_module: { resources } } };
}

function entry(index: number): Entry {
  const type = TYPES[index % TYPES.length] ?? '';
  const actions = ACTIONS[Math.floor(index / TYPES.length) % ACTIONS.length] ?? [];
  const values = (round: number) => ({
    name: `resource-${index}-${round}`,
    bucket: `bucket-${index}`,
    tags: Object.fromEntries(Array.from({ length: 10 }, (_, tag) => [`tag-${tag}`, `value ${index} ${tag} ${round}`])),
    rule: Array.from({ length: 3 }, (_, rule) => ({ id: rule, days: 30 + round, filter: [{ prefix: `p/${rule}` }] })),
    policy: JSON.stringify({
      Statement: [
        { Effect: 'Allow', Action: ['s3:GetObject', `s3:Put${round}`], Resource: `arn:aws:s3:::b-${index}/*` },
      ],
    }),
    secret: `secret-value-${index}-${round}`,
  });
  const unchanged = actions[0] === 'no-op';
  return {
    address: `${type}.r${index}`,
    type,
    name: `r${index}`,
    mode: 'managed',
    provider_name: 'registry.terraform.io/hashicorp/aws',
    change: {
      actions,
      before: actions[0] === 'create' ? null : values(0),
      after: actions.length === 1 && actions[0] === 'delete' ? null : values(unchanged ? 0 : 1),
      after_unknown: unchanged ? {} : { arn: true, id: true },
      before_sensitive: { secret: true },
      after_sensitive: { secret: true },
      ...(actions.length === 2 && { replace_paths: [['name']] }),
    },
  };
}
