import type { Review } from '../model';

/** Version of the JSON format: raised when a field changes its meaning or goes. */
export const JSON_FORMAT_VERSION = '1';

/** The whole review as JSON. */
export function toJson(review: Review): string {
  return `${JSON.stringify({ formatVersion: JSON_FORMAT_VERSION, ...review }, null, 2)}\n`;
}
