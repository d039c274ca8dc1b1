import type { Caller } from './operation';

/** The account and region of a resource. */
export type Owner = Pick<Caller, 'accountId' | 'region'>;

/** An Amazon Resource Name in parts (AWS General Reference, "Amazon Resource Names"). */
export interface Arn extends Owner {
  readonly partition: string;
  readonly service: string;
  /** The part after the account: `stream/orders`, `log-group:a:*`. */
  readonly resource: string;
}

/** The ARN of an account's resource in a region. */
export function arnOf(service: string, { accountId, region }: Owner, resource: string): string {
  return `arn:aws:${service}:${region}:${accountId}:${resource}`;
}

/** Undefined for a text that isn't an ARN. */
export function parseArn(text: string): Arn | undefined {
  const [, partition, service, region, accountId, resource] =
    /^arn:([^:]+):([^:]+):([^:]*):([^:]*):(.+)$/s.exec(text) ?? [];
  if (partition === undefined || service === undefined || resource === undefined) return undefined;
  return { partition, service, region: region ?? '', accountId: accountId ?? '', resource };
}

/** The service in an ARN, such as `sqs`; undefined for a text that isn't an ARN. */
export const serviceIn = (text: string): string | undefined => parseArn(text)?.service;

/** Whether a resource can belong to this account and region, in the partition `aws`: look-ups don't cross them. */
export function isOf({ accountId, region }: Owner, arn: Owner & { readonly partition?: string }): boolean {
  return arn.accountId === accountId && arn.region === region && (arn.partition ?? 'aws') === 'aws';
}

/** Whether a resource is another account's; ARNs without an account, such as a bucket's, count as the caller's. */
export function isForeign(resource: string, accountId: string): boolean {
  const owner = parseArn(resource)?.accountId ?? '';
  return /^\d{12}$/.test(owner) && owner !== accountId;
}

/** The owner of an ARN that this endpoint made. @throws Error for another text */
export function ownerOf(arn: string): Owner {
  const parsed = parseArn(arn);
  if (parsed === undefined) throw new Error(`${arn} is no ARN.`);
  return { accountId: parsed.accountId, region: parsed.region };
}

/** ARN of an account's owner as a principal. */
export const rootArn = (accountId: string): string => `arn:aws:iam::${accountId}:root`;

/** The account's owner as a caller, who may do anything in the account. */
export function asCaller({ accountId, region }: Owner): Caller {
  return { accountId, region, principalArn: rootArn(accountId) };
}

/** The store's key of an owner's entry. */
export function ownerKey<P extends string | number>({ accountId, region }: Owner, ...parts: P[]): (string | P)[] {
  return [accountId, region, ...parts];
}
