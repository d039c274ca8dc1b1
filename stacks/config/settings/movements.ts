import { z } from 'zod';

/** The article's data movements between the lake and purpose-built stores. */
export const MOVEMENTS = ['outside-in', 'inside-out', 'around-the-perimeter'] as const;

/** One of the movements. */
export type Movement = (typeof MOVEMENTS)[number];

/** Data that moves between the lake and DynamoDB tables. */
export const movementsSettings = {
  /**
   * `outside-in`: a table of customers whose changes reach the lake. `inside-out`: the counts of the consumer
   * `insights`, in a table of counters. `around-the-perimeter`: words of the customers in a second table, for
   * searching.
   */
  movements: z
    .array(z.enum(MOVEMENTS, `must be one of ${MOVEMENTS.join(', ')}`))
    .refine((movements) => new Set(movements).size === movements.length, 'must not name a movement twice')
    .default([]),
  /** Table of customers in DynamoDB. Default: `<appName>-customers`. */
  customersTableName: z
    .string()
    .regex(/^[A-Za-z0-9_.-]{3,255}$/, 'must be 3 to 255 letters, digits, underscores, dots and hyphens')
    .optional(),
  /**
   * Whether the tables can be restored to any second of the last 35 days (point-in-time recovery): about 0.20 USD a
   * month for each GB of the tables.
   */
  pointInTimeRecovery: z.boolean('must be true or false').default(true),
};
