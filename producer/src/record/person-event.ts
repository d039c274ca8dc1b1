import { faker } from '@faker-js/faker/locale/en';
import { createDateWriter, type DateForm, type EventClock, writeDigits } from './clock';
import type { RecordFieldName } from './fields';
import type { Random } from './random';

/** Form of `event_date`: with its zone, or as the article's script writes it (see {@link DateForm}). */
export type RecordForm = 'zoned' | 'original';

/** The record: the fields of `RECORD_FIELDS`, in their order. */
export type PersonEvent = Record<Exclude<RecordFieldName, 'phone'>, string> & { phone: number };

const PHONE_FIRST = 900_000_000;
const PHONE_COUNT = 100_000_000;

const LATER_FIELDS = {
  event_date: '","event_date":"',
  status: '","status":"',
  name: '","name":"',
  last_name: '","last_name":"',
  email: '","email":"',
  phone: '","phone":',
} satisfies Record<Exclude<RecordFieldName, 'uuid'>, string>;

const START = Buffer.from('{"uuid":"');
const EVENT_DATE = Buffer.from(LATER_FIELDS.event_date);
const STATUS = Buffer.from(LATER_FIELDS.status);
const NAME = Buffer.from(LATER_FIELDS.name);
const LAST_NAME = Buffer.from(LATER_FIELDS.last_name);
const EMAIL = Buffer.from(LATER_FIELDS.email);
const PHONE = Buffer.from(LATER_FIELDS.phone);
const STATUSES = ['Active', 'Inactive', 'Canceled'].map((status) => Buffer.from(status));
const MAIL_DOMAINS = ['@example.com', '@example.net', '@example.org'].map((domain) => Buffer.from(domain));
const DOT = 0x2e;
const UNDERSCORE = 0x5f;
const CLOSING_BRACE = 0x7d;

/** Offset of an event's UUID. */
export const UUID_OFFSET = START.length;
/** Upper bound of an event's length: four names of 32 characters at most, and about 200 characters for the rest. */
export const MAX_EVENT_BYTES = 400;
const MAX_NAME_LENGTH = 32;

interface Name {
  readonly text: Buffer;
  /** The name within an e-mail address: lower case, letters and digits only. */
  readonly mail: Buffer;
}

/** Names that need no JSON escapes, one byte a character. */
const toNames = (names: readonly string[]): Name[] =>
  names
    .filter((name) => /^[\x20-\x7e]+$/.test(name) && !/["\\]/.test(name) && name.length <= MAX_NAME_LENGTH)
    .map((name) => ({ text: Buffer.from(name), mail: Buffer.from(name.toLowerCase().replace(/[^a-z0-9]/g, '')) }));

/** Copies a few bytes by a loop, which is faster than a call into the runtime at such lengths. */
function put(piece: Buffer, target: Buffer, at: number): number {
  for (let i = 0; i < piece.length; i++) target[at + i] = piece[i] as number;
  return at + piece.length;
}

function putMailbox(given: Name, family: Name, form: number, number: number, target: Buffer, start: number): number {
  let at = start;
  if (form === 3) {
    target[at++] = given.mail[0] as number;
    return put(family.mail, target, at);
  }
  at = put(given.mail, target, at);
  if (form === 2) return writeDigits(number, 2, target, at);
  target[at++] = form === 0 ? DOT : UNDERSCORE;
  return put(family.mail, target, at);
}

/**
 * Creates the generator of the article's record: it writes one as a line of JSON into a buffer and returns its end.
 *
 * The names are faker's own lists, read once. The e-mail address is composed here from the person's name, in the usual
 * forms: faker's `exampleEmail` costs several times what the rest of the record does, because it transliterates and cleans
 * the names on every call. Writing bytes, not strings, spares the garbage. `bench/producer.ts` measures it next to faker.
 */
export function createPersonEvents(
  random: Random,
  clock: EventClock,
  form: DateForm,
): (target: Buffer, at: number) => number {
  const { first_name: first, last_name: last } = faker.definitions.person;
  const firstNames = toNames([...(first.female ?? []), ...(first.male ?? [])]);
  const lastNames = toNames(last.generic ?? []);
  const writeDate = createDateWriter(form);
  const { below } = random;
  const pick = <T>(choices: readonly T[]): T => choices[below(choices.length)] as T;

  return (target, start) => {
    const given = pick(firstNames);
    const family = pick(lastNames);
    let at = random.writeUuid(target, put(START, target, start));
    at = writeDate(clock.now(), target, put(EVENT_DATE, target, at));
    at = put(pick(STATUSES), target, put(STATUS, target, at));
    at = put(given.text, target, put(NAME, target, at));
    at = put(family.text, target, put(LAST_NAME, target, at));
    at = putMailbox(given, family, below(4), below(100), target, put(EMAIL, target, at));
    at = put(pick(MAIL_DOMAINS), target, at);
    at = writeDigits(PHONE_FIRST + below(PHONE_COUNT), 9, target, put(PHONE, target, at));
    target[at++] = CLOSING_BRACE;
    return at;
  };
}
