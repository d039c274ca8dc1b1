import type { MetricAlarm } from '@aws-sdk/client-cloudwatch';
import type { Owner } from '../../core/owner';
import { ServiceState } from '../../core/service-state';
import { TagTable } from '../../core/tags';
import { keysStartingWith, keysWithin } from '../../store/key-range';
import { alarmArn, dashboardArn } from './arn';
import type { Query } from './query';

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

/** An alarm's configuration and state. Times are epoch milliseconds. */
export interface Alarm {
  readonly name: string;
  readonly config: AlarmConfig;
  readonly configUpdated: number;
  readonly state: AlarmState;
  readonly reason: string;
  readonly reasonData?: string;
  /** Time at which the state or its reason was last written. */
  readonly stateUpdated: number;
  /** Time at which the state last changed. */
  readonly stateTransitioned: number;
}

/** Configuration that PutMetricAlarm sets. */
export type AlarmConfig = Pick<
  MetricAlarm,
  | 'AlarmDescription'
  | 'MetricName'
  | 'Namespace'
  | 'Statistic'
  | 'ExtendedStatistic'
  | 'Dimensions'
  | 'Unit'
  | 'DatapointsToAlarm'
  | 'TreatMissingData'
  | 'EvaluateLowSampleCountPercentile'
> & {
  readonly ActionsEnabled: boolean;
  readonly OKActions: string[];
  readonly AlarmActions: string[];
  readonly InsufficientDataActions: string[];
  readonly Period?: number;
  readonly EvaluationPeriods: number;
  readonly Threshold: number;
  readonly ComparisonOperator: NonNullable<MetricAlarm['ComparisonOperator']>;
  readonly Metrics?: Query[];
};

export interface HistoryItem {
  readonly alarm: string;
  readonly time: number;
  readonly type: 'ConfigurationUpdate' | 'StateUpdate' | 'Action';
  readonly summary: string;
  readonly data: string;
}

export interface Dashboard {
  readonly name: string;
  readonly body: string;
  readonly modified: number;
}

/** Retention of an alarm's history: AWS's 30 days, even after its deletion, and a number of items per alarm. */
const HISTORY_MS = 30 * 86_400_000;
const MAX_HISTORY = 1_000;

/** Alarms, their history, dashboards and tags; the metrics are in {@link MetricStore}. */
export class CloudWatchState extends ServiceState {
  private readonly alarms = this.owned<Alarm>('cloudwatch.alarms');
  private readonly history = this.rows<HistoryItem>('cloudwatch.history');
  private readonly dashboards = this.rows<Dashboard>('cloudwatch.dashboards');
  readonly tags = new TagTable(this.cloud.store, 'cloudwatch.tags');

  alarm(owner: Owner, name: string): Alarm | undefined {
    return this.alarms.get(owner, name);
  }

  putAlarm(owner: Owner, alarm: Alarm): void {
    this.alarms.put(owner, [alarm.name], alarm);
  }

  removeAlarm(owner: Owner, name: string): void {
    this.alarms.remove(owner, name);
    this.tags.remove(alarmArn(owner, name));
  }

  listAlarms(owner: Owner, after?: string): Generator<Alarm> {
    return this.alarms.list(owner, [], after);
  }

  /** Alarms of all accounts, for evaluation. */
  *allAlarms(): Generator<{ owner: Owner; alarm: Alarm }> {
    for (const { owner, value } of this.alarms.all()) yield { owner, alarm: value };
  }

  /** Adds an item and deletes those beyond the retention; within a transaction. */
  addHistory(owner: Owner, item: HistoryItem): void {
    const range = this.historyRange(owner, item.alarm);
    const keys = [...this.history.getKeys(range)] as [string, string, string, number, number][];
    const sequence = (keys.at(-1)?.[4] ?? 0) + 1;
    keys.forEach((key, index) => {
      if (key[3] < item.time - HISTORY_MS || index < keys.length - MAX_HISTORY) this.history.remove(key);
    });
    this.history.put([owner.accountId, owner.region, item.alarm, item.time, sequence], item);
  }

  /** Deletes expired history of alarms without new items. */
  async trimHistory(): Promise<void> {
    const oldest = this.cloud.clock.now() - HISTORY_MS;
    const old = [...this.history.getRange()].filter(({ value }) => value.time < oldest);
    if (old.length === 0) return;
    await this.transaction(() => {
      for (const { key } of old) this.history.remove(key);
    });
  }

  /** Items, oldest first. @param alarm @default all of the account and region */
  listHistory(owner: Owner, alarm?: string): HistoryItem[] {
    const oldest = this.cloud.clock.now() - HISTORY_MS;
    const items = [...this.history.getRange(this.historyRange(owner, alarm))]
      .map(({ value }) => value)
      .filter(({ time }) => time >= oldest);
    return alarm === undefined ? items.sort((a, b) => a.time - b.time) : items;
  }

  /** A dashboard of an account, in all regions. */
  dashboard(accountId: string, name: string): Dashboard | undefined {
    return this.dashboards.get([accountId, name]);
  }

  putDashboard(accountId: string, dashboard: Dashboard): void {
    this.dashboards.put([accountId, dashboard.name], dashboard);
  }

  removeDashboard(accountId: string, name: string): void {
    this.dashboards.remove([accountId, name]);
    this.tags.remove(dashboardArn(accountId, name));
  }

  *listDashboards(accountId: string, prefix: string, after?: string): Generator<Dashboard> {
    for (const { value } of this.dashboards.getRange(keysStartingWith([accountId], prefix, after))) yield value;
  }

  private historyRange(owner: Owner, alarm?: string) {
    return keysWithin([owner.accountId, owner.region, ...(alarm === undefined ? [] : [alarm])]);
  }
}
