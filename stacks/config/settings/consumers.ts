import { z } from 'zod';
import { LOG_RETENTION_DAYS } from './delivery';

const whole = (least: number, most: number, unit = '') =>
  z
    .int('must be a whole number')
    .min(least, `must be ${least} to ${most.toLocaleString('en-US')}${unit}`)
    .max(most, `must be ${least} to ${most.toLocaleString('en-US')}${unit}`);
const flag = z.boolean('must be true or false');

const limitless = (least: number, most: number, unit: string) =>
  z
    .int('must be a whole number')
    .refine(
      (value) => value === -1 || (value >= least && value <= most),
      `must be ${least} to ${most.toLocaleString('en-US')}${unit}, or -1 for no limit`,
    );

/** One consumer ("CreateEventSourceMapping", "CreateFunction"). */
const consumer = z
  .strictObject({
    /** Folder of its handler in `consumers/`; the function is called `<appName>-<name>`. */
    name: z
      .string()
      .regex(
        /^[a-z][a-z0-9-]{0,16}[a-z0-9]$/,
        'must be 2 to 18 lower-case letters, digits and hyphens, beginning with a letter',
      ),
    /**
     * Whether it reads the stream. A paused consumer resumes at its position, if the stream still holds those records.
     */
    enabled: flag.default(true),
    /**
     * Position at the first deployment: `TRIM_HORIZON` (the oldest record there is) or `LATEST`. Changing it replaces
     * the event source mapping and loses its position.
     */
    startingPosition: z.enum(['TRIM_HORIZON', 'LATEST'], 'must be TRIM_HORIZON or LATEST').default('TRIM_HORIZON'),
    /** Records of one invocation at most. */
    batchSize: whole(1, 10_000).default(100),
    /** Seconds that it waits for a batch to fill. */
    batchingWindowSeconds: whole(0, 300, ' seconds').default(1),
    /** Batches of a shard at the same time; the records of a partition key stay in order. */
    parallelizationFactor: whole(1, 10).default(1),
    /** Retries of a failed batch; -1 retries until its records expire, and blocks the shard for as long. */
    maximumRetryAttempts: limitless(0, 10_000, '').default(5),
    /** Age in seconds at which records are given up; -1 for none. */
    maximumRecordAgeSeconds: limitless(60, 604_800, ' seconds').default(86_400),
    /** Whether a failed batch is halved, so that a record that always fails is isolated and given up alone. */
    bisectBatchOnError: flag.default(true),
    /** Whether the handler may name the failed records (`batchItemFailures`); those before them are not retried. */
    partialResponses: flag.default(true),
    /** Event patterns (EventBridge's syntax) of which a record must match one: `{"data": {"status": ["Canceled"]}}`. */
    filters: z
      .array(z.record(z.string(), z.unknown(), 'must be an object such as {"data": {"status": ["Canceled"]}}'))
      .max(5, 'must hold at most 5 patterns')
      .default([]),
    /** Length of the tumbling windows that pass state from batch to batch, in seconds; 0 for none. */
    tumblingWindowSeconds: whole(0, 900, ' seconds').default(0),
    /** Memory of the function, in MB; its share of a processor grows with it. */
    memoryMb: whole(128, 10_240, ' MB').default(256),
    /** Timeout of one invocation, in seconds. */
    timeoutSeconds: whole(1, 900, ' seconds').default(60),
    /** Reserved concurrency, out of the account's limit; -1 for none. */
    reservedConcurrency: limitless(0, 1_000, '').default(-1),
    /** Days for which its log is kept. */
    logRetentionDays: z.literal(LOG_RETENTION_DAYS, `must be one of ${LOG_RETENTION_DAYS.join(', ')}`).default(14),
    /** Distance from the stream's end at which its alarm rises, in seconds. */
    lagAlarmSeconds: whole(1, 31_536_000, ' seconds').default(300),
    /**
     * Permissions besides reading: `alarm-topic` (publish to the alarm topic, whose ARN is in ALARM_TOPIC_ARN),
     * `metrics` (put metrics into the namespace that is in METRICS_NAMESPACE).
     */
    uses: z.array(z.enum(['alarm-topic', 'metrics'], 'must be alarm-topic or metrics')).default([]),
    /** Managed policies of the account for further permissions. */
    managedPolicyArns: z
      .array(z.string().regex(/^arn:aws[a-z-]*:iam::(aws|\d{12}):policy\/.+$/, 'must be the ARN of a managed policy'))
      .default([]),
    /** Environment variables of the function. No secrets: the console and the state show them. */
    environment: z
      .record(
        z
          .string()
          .regex(
            /^(?!AWS_|_)[A-Za-z][A-Za-z0-9_]+$/,
            'a variable has letters, digits and underscores, and no AWS_ before',
          ),
        z.string('must be a text'),
      )
      .default({}),
  })
  .refine(
    ({ tumblingWindowSeconds, parallelizationFactor }) => tumblingWindowSeconds === 0 || parallelizationFactor === 1,
    {
      path: ['parallelizationFactor'],
      message: 'must be 1 with a tumbling window: a shard has one state',
    },
  );

/** A consumer with every default filled in. */
export type Consumer = Readonly<z.output<typeof consumer>>;

/** A consumer as the settings give it: its name alone, or an object with the settings that differ from the defaults. */
export type ConsumerInput = string | z.input<typeof consumer>;

/** A consumer that the stack adds itself, with the same defaults. */
export const consumerOf = (input: z.input<typeof consumer>): Consumer => consumer.parse(input);

/** Permissions that the consumers of this repository need besides the defaults. */
const OWN: Readonly<Record<string, Partial<z.input<typeof consumer>>>> = {
  alerts: { uses: ['alarm-topic'] },
  insights: { uses: ['metrics'], tumblingWindowSeconds: 60 },
};

const named = z.preprocess((given: unknown) => {
  const settings = typeof given === 'string' ? { name: given } : given;
  if (typeof settings !== 'object' || settings === null) return settings;
  const { name } = settings as { name?: unknown };
  return { ...(typeof name === 'string' && Object.hasOwn(OWN, name) ? OWN[name] : {}), ...settings };
}, consumer) as unknown as z.ZodType<Consumer, ConsumerInput>;

/** The functions that read the stream beside the delivery. */
export const consumersSettings = {
  /**
   * Functions that read the stream in parallel: names of folders in `consumers/`, or objects with the settings below.
   */
  consumers: z
    .array(named)
    .refine(
      (consumers) => new Set(consumers.map(({ name }) => name)).size === consumers.length,
      'must not name a consumer twice',
    )
    .default([]),
};

/** The settings of one consumer, for the documentation. */
export const consumerShape = consumer.shape;
