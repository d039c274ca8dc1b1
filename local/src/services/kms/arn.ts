import { arnOf, type Owner } from '../../core/owner';

export function keyArn(owner: Owner, keyId: string): string {
  return arnOf('kms', owner, `key/${keyId}`);
}

export function aliasArn(owner: Owner, alias: string): string {
  return arnOf('kms', owner, alias);
}
