import { arnOf, type Owner, parseArn } from '../../core/owner';

export const tableArn = (owner: Owner, name: string): string => arnOf('dynamodb', owner, `table/${name}`);
export const indexArn = (table: string, index: string): string => `${table}/index/${index}`;
export const streamArn = (table: string, label: string): string => `${table}/stream/${label}`;

/** The table's name in its ARN, or in a subresource's; undefined for other ARNs. */
export function tableNameIn(arn: string): string | undefined {
  const parsed = parseArn(arn);
  if (parsed?.service !== 'dynamodb') return undefined;
  return /^table\/([A-Za-z0-9_.-]+)(?:\/|$)/.exec(parsed.resource)?.[1];
}
