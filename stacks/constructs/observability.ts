import { CloudwatchDashboard } from '@cdktf/provider-aws/lib/cloudwatch-dashboard';
import { CloudwatchMetricAlarm } from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm';
import { Construct } from 'constructs';
import { AlarmTopic } from './alarm-topic';
import { type AlarmProps, type AlarmThresholds, alarmDefinitions } from './alarms';
import { type DashboardProps, dashboardBody } from './dashboard';

/** Properties of dashboard and alarms. */
export interface ObservabilityProps extends AlarmProps, DashboardProps {
  /** Name of the dashboard, and beginning of the alarms' names. */
  readonly name: string;
  readonly accountId: string;
  /** Whether there is a dashboard. */
  readonly dashboard: boolean;
  /** Thresholds of the alarms. @default no alarms */
  readonly alarms?: AlarmThresholds;
  /** Topic of the notifications. @default none: alarms show in the console alone */
  readonly topic?: { readonly email?: string; readonly kmsKeyArn?: string };
}

/** The dashboard and the alarms. */
export class Observability extends Construct {
  readonly dashboardName: string | undefined;
  readonly topicArn: string | undefined;

  constructor(scope: Construct, id: string, props: ObservabilityProps) {
    super(scope, id);
    if (props.dashboard) {
      const dashboard = new CloudwatchDashboard(this, 'dashboard', {
        dashboardName: props.name,
        dashboardBody: dashboardBody(props),
      });
      this.dashboardName = dashboard.dashboardName;
    }
    const topic =
      props.topic && new AlarmTopic(this, 'topic', { ...props.topic, name: props.name, accountId: props.accountId });
    this.topicArn = topic?.arn;
    if (props.alarms === undefined) return;
    const actions = topic && [topic.arn];
    for (const { id: alarmId, ...alarm } of alarmDefinitions(props, props.alarms)) {
      new CloudwatchMetricAlarm(this, alarmId, { ...alarm, alarmActions: actions, okActions: actions });
    }
  }
}
