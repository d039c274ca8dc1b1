import { z } from 'zod';

/** The Athena workgroup. */
export const queryWorkgroupSettings = {
  /** Default: `<appName>`. */
  athenaWorkgroupName: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,128}$/, 'must be 1 to 128 letters, digits, dots, underscores and hyphens')
    .optional(),
  /** Bytes after which a query is cancelled. A tebibyte costs about 5 USD. */
  scanLimitBytes: z
    .int('must be a whole number of bytes')
    .min(10_485_760, 'must be at least 10,485,760 bytes (10 MiB)')
    .default(10 * 1024 ** 3),
  /** Prefix of results in the lake's bucket. */
  queryResultPrefix: z
    .string()
    .regex(/^[A-Za-z0-9][\w\-/.]*\/$/, 'must be letters, digits and _-/. and end with a slash')
    .default('query-results/'),
};
