import type { Context } from '../../core/operation';
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

/** Resources of operations, by the input member that names them. */
export const resources = {
  ResourceARN: ({ ResourceARN }: { readonly ResourceARN: string }) => ResourceARN,
  AlarmNames: (input: { readonly AlarmNames: string[] }, { caller }: Context) => alarmArns(caller, input.AlarmNames),
  DashboardName: (input: { readonly DashboardName: string }, { caller: { accountId } }: Context) =>
    dashboardArn(accountId, input.DashboardName),
};
