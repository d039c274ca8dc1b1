import { faker } from '@faker-js/faker/locale/en';
import { createDateFormatter, type DateForm, type EventClock } from './clock';
import type { RecordFieldName } from './fields';
import type { Random } from './random';

/** What `event_date` looks like: with its zone, or as the article's script writes it (see {@link DateForm}). */
export type RecordForm = 'zoned' | 'original';

/** The record as the table's readers see it: the fields of `RECORD_FIELDS`, in their order. */
export type PersonEvent = Record<Exclude<RecordFieldName, 'phone'>, string> & { phone: number };

const STATUSES = ['Active', 'Inactive', 'Canceled'];
const EMAIL_DOMAINS = ['example.com', 'example.net', 'example.org'];
const PHONE_FIRST = 900_000_000;
const PHONE_COUNT = 100_000_000;

interface Name {
  readonly text: string;
  /** The name as a part of an e-mail address: lower case, letters and digits only. */
  readonly mail: string;
}

/** Names that JSON needs no escapes for, one byte a character, so that a record's length is its text's length. */
const toNames = (names: readonly string[]): Name[] =>
  names
    .filter((name) => /^[\x20-\x7e]+$/.test(name) && !/["\\]/.test(name))
    .map((text) => ({ text, mail: text.toLowerCase().replace(/[^a-z0-9]/g, '') }));

/**
 * The generator of the article's record: given its UUID, it answers with a line of JSON.
 *
 * The names are faker's own lists. They are read once and the e-mail address is composed here from the person's name in
 * the usual forms: faker's `exampleEmail` costs several times what the rest of the record does, because it transliterates
 * and cleans the names on every call. `bench/producer.ts` measures both.
 */
export function createPersonEvents(random: Random, clock: EventClock, form: DateForm): (uuid: string) => string {
  const { first_name: first, last_name: last } = faker.definitions.person;
  const firstNames = toNames([...(first.female ?? []), ...(first.male ?? [])]);
  const lastNames = toNames(last.generic ?? []);
  const formatDate = createDateFormatter(form);
  const { below } = random;

  const mailbox = (given: Name, family: Name): string => {
    switch (below(4)) {
      case 0:
        return `${given.mail}.${family.mail}`;
      case 1:
        return `${given.mail}_${family.mail}`;
      case 2:
        return `${given.mail}${below(100)}`;
      default:
        return given.mail[0] + family.mail;
    }
  };

  return (uuid) => {
    const given = firstNames[below(firstNames.length)] as Name;
    const family = lastNames[below(lastNames.length)] as Name;
    const email = `${mailbox(given, family)}@${EMAIL_DOMAINS[below(3)]}`;
    return (
      `{"uuid":"${uuid}","event_date":"${formatDate(clock.now())}","status":"${STATUSES[below(3)]}",` +
      `"name":"${given.text}","last_name":"${family.text}","email":"${email}","phone":${PHONE_FIRST + below(PHONE_COUNT)}}`
    );
  };
}
