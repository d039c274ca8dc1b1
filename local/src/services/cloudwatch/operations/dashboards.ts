import { isObject } from '../../../core/is-object';
import { dashboardArn } from '../arn';
import { operation } from '../contract';
import { dashboardNotFound, invalidDashboard, invalidParameter } from '../errors';
import { page } from '../paging';
import { tagMap } from './tags';

export const putDashboard = operation('PutDashboard', {
  handle: async ({ DashboardName, DashboardBody, Tags }, { state, cloud, caller }) => {
    if (!/^[A-Za-z0-9_-]+$/.test(DashboardName)) {
      throw invalidParameter(
        'The value for field DashboardName contains invalid characters. It can only contain alphanumerics, dash (-) and underscore (_).\n',
      );
    }
    requireBody(DashboardBody);
    await state.transaction(() => {
      const known = state.dashboard(caller.accountId, DashboardName);
      state.putDashboard(caller.accountId, { name: DashboardName, body: DashboardBody, modified: cloud.clock.now() });
      if (known === undefined && Tags !== undefined) {
        state.tags.put(dashboardArn(caller.accountId, DashboardName), tagMap(Tags));
      }
    });
    return { DashboardValidationMessages: [] };
  },
});

export const getDashboard = operation('GetDashboard', {
  handle: ({ DashboardName }, { state, caller }) => {
    const found = state.dashboard(caller.accountId, DashboardName);
    if (found === undefined) throw dashboardNotFound(DashboardName);
    return {
      DashboardArn: dashboardArn(caller.accountId, found.name),
      DashboardBody: found.body,
      DashboardName: found.name,
    };
  },
});

export const listDashboards = operation('ListDashboards', {
  resource: (_input, { caller }) => dashboardArn(caller.accountId, '*'),
  handle: (input, { state, caller }) => {
    const { items, nextToken: NextToken } = page(input.NextToken, 1000, {
      items: (after) => state.listDashboards(caller.accountId, input.DashboardNamePrefix ?? '', after),
      keyOf: (dashboard) => dashboard.name,
    });
    const DashboardEntries = items.map(({ name, body, modified }) => ({
      DashboardName: name,
      DashboardArn: dashboardArn(caller.accountId, name),
      LastModified: new Date(modified),
      Size: Buffer.byteLength(body),
    }));
    return { DashboardEntries, NextToken };
  },
});

/** Deletes dashboards: all, or none if one is missing. */
export const deleteDashboards = operation('DeleteDashboards', {
  permissions: (input, { caller }) =>
    input.DashboardNames.map((name) => ({
      action: 'cloudwatch:DeleteDashboards',
      resource: dashboardArn(caller.accountId, name),
    })),
  handle: async ({ DashboardNames }, { state, caller }) => {
    if (DashboardNames.length === 0) throw invalidParameter('Need at least 1 dashboard');
    await state.transaction(() => {
      for (const name of DashboardNames) {
        if (state.dashboard(caller.accountId, name) === undefined) throw dashboardNotFound(name);
      }
      for (const name of DashboardNames) state.removeDashboard(caller.accountId, name);
    });
  },
});

function requireBody(body: string): void {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    throw invalidDashboard('it is not JSON');
  }
  if (!isObject(parsed)) throw invalidDashboard('it is no object');
  const { widgets } = parsed;
  if (widgets !== undefined && !Array.isArray(widgets)) throw invalidDashboard('widgets must be an array');
}
