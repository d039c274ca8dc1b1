import { Memo } from './memo';

/** Formatter of a time's fields in a zone, with the era, as numbers in English. @throws RangeError for an unknown zone */
export const zoneFormat = (zone: string): Intl.DateTimeFormat => formats.get(zone);

const formats = new Memo(
  (timeZone: string) =>
    new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    }),
);
