import type { Cloud, State } from '../../../core/cloud';
import type { Owner } from '../../../core/owner';
import { Serial } from '../../../core/serial';
import { alarmArn } from '../arn';
import { MetricStore } from '../metric-store';
import { type Alarm, type AlarmConfig, type AlarmState, CloudWatchState } from '../state';
import { evaluateAlarm, evaluationEnd } from './evaluate';
import { type Change, notify } from './notify';

/** Interval of evaluations while there are alarms; AWS evaluates every minute. */
const TICK_MS = 10_000;

/** Keeps alarms' states current: evaluates them on a timer while there are any, and whenever they are read. */
export class AlarmMonitor implements State {
  static readonly uses = [MetricStore];

  private readonly state: CloudWatchState;
  private readonly metrics: MetricStore;
  private timer: NodeJS.Timeout | undefined;
  private readonly runs = new Serial();
  private closed = false;
  /** Period end and configuration of each alarm's last evaluation. */
  private readonly evaluated = new Map<string, string>();

  constructor(private readonly cloud: Cloud) {
    this.state = cloud.state(CloudWatchState);
    this.metrics = cloud.state(MetricStore);
  }

  /** @throws AwsError `ValidationException` for a configuration that can't be evaluated */
  check(owner: Owner, config: AlarmConfig): void {
    evaluateAlarm(this.metrics, owner, { config }, evaluationEnd(config, this.cloud.clock.now()));
  }

  /** Starts the timer if there is any alarm; called for each alarm that is put. */
  wake(): void {
    if (this.timer !== undefined || this.closed || this.state.allAlarms().next().done === true) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.evaluateAll()
        .catch((error: Error) => this.cloud.options.log(`Alarms were not evaluated: ${error.stack}`))
        .finally(() => this.wake());
    }, TICK_MS);
    this.timer.unref();
  }

  /** Evaluates all alarms; one run at a time. */
  evaluateAll(): Promise<void> {
    return this.runs.run('', async () => {
      if (this.closed) return;
      await this.metrics.flush();
      for (const { owner, alarm } of [...this.state.allAlarms()]) await this.evaluateSafely(owner, alarm);
    });
  }

  /** Forgets a deleted alarm. */
  forget(owner: Owner, name: string): void {
    this.evaluated.delete(alarmArn(owner, name));
  }

  /** Sets a state by SetAlarmState: it lasts until the next period is evaluated, as on AWS. */
  async set(owner: Owner, alarm: Alarm, to: AlarmState, reason: string, reasonData?: string): Promise<void> {
    const end = evaluationEnd(alarm.config, this.cloud.clock.now());
    this.evaluated.set(alarmArn(owner, alarm.name), stampOf(alarm, end));
    await this.transition(owner, alarm.name, to, reason, reasonData);
  }

  /** Sets a state, by SetAlarmState or by evaluation; a change adds history and runs actions. */
  async transition(owner: Owner, name: string, to: AlarmState, reason: string, reasonData?: string): Promise<void> {
    const now = this.cloud.clock.now();
    const changed = await this.state.transaction(() => {
      const alarm = this.state.alarm(owner, name);
      if (alarm === undefined) return undefined;
      const moved = alarm.state !== to;
      this.state.putAlarm(owner, {
        ...alarm,
        state: to,
        reason,
        reasonData,
        stateUpdated: now,
        stateTransitioned: moved ? now : alarm.stateTransitioned,
      });
      if (!moved) return undefined;
      this.state.addHistory(owner, {
        alarm: name,
        time: now,
        type: 'StateUpdate',
        summary: `Alarm updated from ${alarm.state} to ${to}`,
        data: historyData(alarm, to, reason, reasonData),
      });
      return alarm;
    });
    if (changed?.config.ActionsEnabled === true) await this.act({ owner, alarm: changed, to, reason, reasonData, now });
  }

  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    await this.runs.allIdle();
  }

  // An alarm that can't be evaluated must not stop the others, or the answer.
  private async evaluateSafely(owner: Owner, alarm: Alarm): Promise<void> {
    try {
      await this.evaluate(owner, alarm);
    } catch (error) {
      this.cloud.options.log(`The alarm ${alarmArn(owner, alarm.name)} was not evaluated: ${(error as Error).message}`);
    }
  }

  // Evaluates an alarm once per period.
  private async evaluate(owner: Owner, alarm: Alarm): Promise<void> {
    const end = evaluationEnd(alarm.config, this.cloud.clock.now());
    const arn = alarmArn(owner, alarm.name);
    const stamp = stampOf(alarm, end);
    if (this.evaluated.get(arn) === stamp) return;
    this.evaluated.set(arn, stamp);
    const { judgement, reason, reasonData } = evaluateAlarm(this.metrics, owner, alarm, end);
    if (judgement.state === undefined || judgement.state === alarm.state) return;
    await this.transition(owner, alarm.name, judgement.state, reason, reasonData);
  }

  private async act(change: Change): Promise<void> {
    const { owner, alarm, to, now } = change;
    const { config } = alarm;
    const actions = {
      OK: config.OKActions,
      ALARM: config.AlarmActions,
      INSUFFICIENT_DATA: config.InsufficientDataActions,
    };
    for (const action of actions[to]) {
      const failure = await notify(this.cloud, action, change);
      const summary =
        failure === undefined
          ? `Successfully executed action ${action}`
          : `Failed to execute action ${action}. Received error: "${failure}"`;
      const data = JSON.stringify({
        actionState: failure === undefined ? 'Succeeded' : 'Failed',
        notificationResource: action,
        stateUpdateTimestamp: now,
      });
      await this.state.transaction(() =>
        this.state.addHistory(owner, { alarm: alarm.name, time: now, type: 'Action', summary, data }),
      );
    }
  }
}

function stampOf({ configUpdated }: Alarm, end: number): string {
  return `${end} ${configUpdated}`;
}

function historyData(alarm: Alarm, to: AlarmState, reason: string, reasonData: string | undefined): string {
  const dataOf = (text: string | undefined): unknown => (text === undefined ? undefined : JSON.parse(text));
  return JSON.stringify({
    version: '1.0',
    oldState: { stateValue: alarm.state, stateReason: alarm.reason, stateReasonData: dataOf(alarm.reasonData) },
    newState: { stateValue: to, stateReason: reason, stateReasonData: dataOf(reasonData) },
  });
}
