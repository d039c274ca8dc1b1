import { arnOf, type Owner } from '../../core/owner';

export function alarmArn(owner: Owner, name: string): string {
  return arnOf('cloudwatch', owner, `alarm:${name}`);
}

export function dashboardArn(accountId: string, name: string): string {
  return `arn:aws:cloudwatch::${accountId}:dashboard/${name}`;
}

/** ARNs of the alarms, for operations on several. */
export const alarmArns = (owner: Owner, names: readonly string[]): string[] =>
  names.map((name) => alarmArn(owner, name));
