import type { PlannedResource, PlannedResources } from '../../plan/planned';
import { namesEverybody, type Statement } from '../../plan/policy';
import type { Hit, Rule } from './rule';

/** Policy arguments by type: permission policies, trust policies, policies of resources. */
const PERMISSIONS: Readonly<Record<string, string>> = {
  aws_iam_role_policy: 'policy',
  aws_iam_policy: 'policy',
  aws_iam_user_policy: 'policy',
  aws_iam_group_policy: 'policy',
};
const RESOURCE_POLICIES: Readonly<Record<string, string>> = {
  aws_s3_bucket_policy: 'policy',
  aws_kms_key: 'policy',
  aws_sqs_queue: 'policy',
  aws_sqs_queue_policy: 'policy',
  aws_sns_topic: 'policy',
  aws_sns_topic_policy: 'policy',
  aws_secretsmanager_secret_policy: 'policy',
  aws_kinesis_resource_policy: 'policy',
  aws_glue_resource_policy: 'policy',
  aws_cloudwatch_log_resource_policy: 'policy_document',
  aws_ecr_repository_policy: 'policy',
};
const TRUST: Readonly<Record<string, string>> = { aws_iam_role: 'assume_role_policy' };

// Read-only actions: with a wildcard resource they disclose at most metadata.
const READ_ONLY = /:(Get|List|Describe|BatchGet|Head|Search|View)[A-Za-z]*\*?$/;
// Actions without resource-level permissions: `*` is the only way to write them.
const NEEDS_STAR =
  /^(cloudwatch:PutMetricData|ec2:(Describe|CreateNetworkInterface|DeleteNetworkInterface|AttachNetworkInterface)\w*|xray:\w+|sts:GetCallerIdentity|ecr:GetAuthorizationToken|logs:(CreateLogDelivery|PutResourcePolicy|UpdateLogDelivery|DeleteLogDelivery))$/;

/** Condition keys that limit a service's call to an account, a resource or a caller. */
const TYING_KEYS =
  /^(aws:source(account|arn|orgid|orgpaths)|aws:principal(orgid|account|arn|orgpaths|tag\/.*)|sts:externalid|.+:(sub|aud)|kms:calleraccount|kms:viaservice)$/i;

/** Calls `judge` for each statement of each policy of the given kinds. */
function statements(
  kinds: Readonly<Record<string, string>>,
  judge: (statement: Statement, resource: PlannedResource) => string | undefined,
): Rule['find'] {
  return (resources: PlannedResources, blind): Hit[] =>
    Object.entries(kinds).flatMap(([type, argument]) =>
      resources.ofType(type).flatMap((resource) => {
        const document = resources.policy(resource, argument);
        if (document === 'unknown') blind(resource.address, `its ${argument} is known only after the apply`);
        if (document === 'unknown' || document === undefined) return [];
        return document.flatMap((statement) => {
          const detail = statement.effect === 'Allow' ? judge(statement, resource) : undefined;
          return detail === undefined ? [] : [{ resource, detail: `${nameOf(statement)}${detail}` }];
        });
      }),
    );
}

function nameOf(statement: Statement): string {
  return statement.sid === undefined ? '' : `statement ${statement.sid}: `;
}

function isTied(statement: Statement): boolean {
  return statement.conditions.some(({ key }) => TYING_KEYS.test(key));
}

/** Rules on IAM policies, trust policies and policies on resources. */
export const POLICY_RULES: readonly Rule[] = [
  {
    id: 'LH-IAM-ACTION-WILDCARD',
    severity: 'high',
    title: 'Policy that allows every action of a service',
    fix: 'List the actions that are needed.',
    source: 'IAM User Guide: Security best practices in IAM (apply least-privilege permissions)',
    find: statements(PERMISSIONS, ({ actions }) => {
      const wide = actions.filter((action) => action === '*' || /^[\w-]+:\*$/.test(action));
      return wide.length === 0 ? undefined : `allows ${wide.join(', ')}`;
    }),
  },
  {
    id: 'LH-IAM-RESOURCE-WILDCARD',
    severity: 'medium',
    title: 'Policy that allows changes on every resource',
    fix: 'Name the resources, or narrow it with a condition.',
    source: 'IAM User Guide: IAM JSON policy elements: Resource',
    find: statements(PERMISSIONS, ({ actions, resources, conditions }) => {
      if (!resources.includes('*') || conditions.length > 0) return undefined;
      const writing = actions.filter((action) => !READ_ONLY.test(action) && !NEEDS_STAR.test(action));
      return writing.length === 0 ? undefined : `allows ${writing.join(', ')} on *`;
    }),
  },
  {
    id: 'LH-IAM-ALL-BUT',
    severity: 'medium',
    title: 'Policy that allows everything but a list',
    fix: 'Use Action and Resource; NotAction and NotResource with Allow also grant what is added to AWS later.',
    source: 'IAM User Guide: IAM JSON policy elements: NotAction',
    find: statements({ ...PERMISSIONS, ...RESOURCE_POLICIES }, ({ notActions, notResources, notPrincipals }) => {
      const used = [
        notActions.length > 0 && 'NotAction',
        notResources.length > 0 && 'NotResource',
        notPrincipals && 'NotPrincipal',
      ];
      const named = used.filter((name) => name !== false);
      return named.length === 0 ? undefined : `allows with ${named.join(', ')}`;
    }),
  },
  {
    id: 'LH-IAM-PUBLIC-TRUST',
    severity: 'high',
    title: 'Role that anybody may assume',
    fix: 'Name the accounts or services, or tie the statement to an organization.',
    source: 'IAM User Guide: AWS JSON policy elements: Principal',
    find: statements(TRUST, (statement) =>
      namesEverybody(statement) && !isTied(statement) ? 'trusts everybody' : undefined,
    ),
  },
  {
    id: 'LH-IAM-TRUST-CONDITION',
    severity: 'medium',
    title: "Service trust without a condition: another account's use of the service could borrow the role",
    fix: 'Add a condition on aws:SourceAccount, aws:SourceArn or sts:ExternalId.',
    source: 'IAM User Guide: The confused deputy problem; Amazon Data Firehose Developer Guide: Grant Firehose access',
    find: statements(TRUST, (statement) => {
      const services = (statement.principals.Service ?? []).filter((service) => !SINGLE_ACCOUNT_SERVICES.test(service));
      return services.length === 0 || isTied(statement)
        ? undefined
        : `trusts ${services.join(', ')} without a condition`;
    }),
  },
  {
    id: 'LH-POLICY-PUBLIC',
    severity: 'high',
    title: 'Resource policy that allows everybody',
    fix: 'Name the principals, or tie the statement to an account or organization.',
    source: 'IAM User Guide: AWS JSON policy elements: Principal',
    find: statements(RESOURCE_POLICIES, (statement) =>
      namesEverybody(statement) && !isTied(statement)
        ? `allows ${statement.actions.join(', ')} to everybody`
        : undefined,
    ),
  },
  {
    id: 'LH-IAM-ADMINISTRATOR',
    severity: 'high',
    title: 'Administrator policy attached',
    fix: 'Attach a policy with the permissions that are needed.',
    source: 'AWS Managed Policy Reference Guide: AdministratorAccess',
    find: (resources) =>
      resources
        .ofType(
          'aws_iam_role_policy_attachment',
          'aws_iam_user_policy_attachment',
          'aws_iam_group_policy_attachment',
          'aws_iam_policy_attachment',
        )
        .filter(({ values }) =>
          /:policy\/(AdministratorAccess|PowerUserAccess|IAMFullAccess)$/.test(String(values.policy_arn)),
        )
        .map((resource) => ({ resource, detail: `attaches ${String(resource.values.policy_arn).split('/').pop()}` })),
  },
];

// Services that act only for the account that owns the role: AWS's guides show no condition for them.
const SINGLE_ACCOUNT_SERVICES =
  /^(ec2|lambda|ecs-tasks|edgelambda|eks|eks-fargate-pods|pods\.eks|batch)\.amazonaws\.com$/;
