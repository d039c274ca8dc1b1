import type { Owner } from './state';

export function keyArn(owner: Owner, keyId: string): string {
  return `arn:aws:kms:${owner.region}:${owner.accountId}:key/${keyId}`;
}

export function aliasArn(owner: Owner, alias: string): string {
  return `arn:aws:kms:${owner.region}:${owner.accountId}:${alias}`;
}
