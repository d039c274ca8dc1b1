import type { Context } from '../../core/operation';
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

/** The name of a table that a request names by its ARN or by the name. */
export const tableNameOf = (given: string): string => tableNameIn(given) ?? given;

/** The table of an ARN, its own or a subresource's; any for another text, which the operation refuses. */
const tableOf = (arn: string | undefined, { caller }: Context): string => {
  const name = tableNameIn(arn ?? '');
  return name === undefined ? '*' : tableArn(caller, name);
};

/** Resources of operations, by the input member that names them. */
export const resources = {
  TableName: ({ TableName }: { readonly TableName: string }, { caller }: Context) => tableArn(caller, TableName),
  TableArn: (input: { readonly TableArn?: string }, context: Context) => tableOf(input.TableArn, context),
  ResourceArn: (input: { readonly ResourceArn?: string }, context: Context) => tableOf(input.ResourceArn, context),
  ExportArn: (input: { readonly ExportArn: string }, context: Context) => tableOf(input.ExportArn, context),
  ImportArn: (input: { readonly ImportArn: string }, context: Context) => tableOf(input.ImportArn, context),
};
