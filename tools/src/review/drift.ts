import type { AttributeChange, ReviewedChange } from './model';

// Attributes in which a provider repeats what other resources declare: the refresh after the first apply fills them in,
// and Terraform reports them as drift although nobody changed anything.
const ECHOES: Readonly<Record<string, RegExp>> = {
  aws_iam_role: /^(inline_policy|managed_policy_arns)\b/,
  aws_iam_policy: /^attachment_count$/,
  aws_s3_bucket:
    /^(acceleration_status|cors_rule|grant|lifecycle_rule|logging|policy|replication_configuration|request_payer|server_side_encryption_configuration|versioning|website)\b/,
  aws_security_group: /^(ingress|egress)\b/,
  aws_vpc: /^(dhcp_options_id|main_route_table_id)$/,
};

// Whether a value that isn't configured comes back from the service as off or zero: no change.
function isDefault({ kind, after }: AttributeChange): boolean {
  return kind === 'add' && (after === 'false' || after === '0');
}

/** Drift without repeated attributes, and without objects that don't differ visibly. */
export function realDrift(changes: readonly ReviewedChange[]): ReviewedChange[] {
  return changes.filter((change) => {
    if (change.action === 'delete') return true;
    const echoes = ECHOES[change.type];
    return change.attributes.some((attribute) => !isDefault(attribute) && echoes?.test(attribute.path) !== true);
  });
}
