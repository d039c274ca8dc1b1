import { z } from 'zod';

const flag = z.boolean('must be true or false');

/** Dashboard, alarms and their topic. */
export const observabilitySettings = {
  /** A CloudWatch dashboard named `<appName>`. The first three of an account are free. */
  dashboard: flag.default(true),
  /** Alarms on late data, failed conversion, throttling and source lag. About 0.10 USD each a month. */
  alarms: flag.default(true),
  /** An SNS topic that the alarms notify. */
  alarmTopic: flag.default(false),
  /** E-mail address that subscribes to the topic; it must confirm the subscription. */
  alarmEmail: z
    .string()
    .regex(/^[^\s@]+@[^\s@]+\.[^\s@]+$/, 'must be an e-mail address')
    .optional(),
  /** Age of the oldest record not yet delivered at which the alarm rises, in seconds. Must exceed the buffering. */
  freshnessAlarmSeconds: z.int('must be a whole number of seconds').min(1, 'must be at least 1 second').default(900),
  /** Firehose's distance from the stream's end at which the alarm rises, in seconds. */
  sourceLagAlarmSeconds: z.int('must be a whole number of seconds').min(1, 'must be at least 1 second').default(300),
};
