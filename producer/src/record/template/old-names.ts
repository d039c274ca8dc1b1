import type { ArgumentType, Signature } from './arguments';
import { faker } from './faker';

/** A function of the Kinesis Data Generator, whose faker is older than this project's. */
export interface OldFunction {
  /** Its signatures, with at most one argument: the Kinesis Data Generator passes no more. */
  readonly signatures: readonly Signature[];
  readonly call: (argument: unknown) => unknown;
}

const none: Signature = [];
const one = (name: string, type: ArgumentType): Signature => [{ name, type }];
const plain = (call: () => unknown): OldFunction => ({ signatures: [none], call });
const optional = (name: string, type: ArgumentType, call: (argument: never) => unknown): OldFunction => ({
  signatures: [[{ name, type, optional: true }]],
  call: call as OldFunction['call'],
});

interface Range {
  readonly min?: number;
  readonly max?: number;
  readonly precision?: number;
}

const RANGE: ArgumentType = {
  anyOf: ['number', { object: { min: 'number', max: 'number', precision: 'number' } }],
};

/** Multiples of `precision` from `min` to `max`. @param alone meaning of a single number as the argument */
function numbers(alone: 'max' | 'precision', defaultPrecision: number) {
  return (argument: number | Range | undefined): number => {
    const range: Range = typeof argument === 'number' ? { [alone]: argument } : (argument ?? {});
    const { min = 0, max = 99_999, precision = defaultPrecision } = range;
    const steps = faker.number.int({ min: Math.ceil(min / precision), max: Math.floor(max / precision) });
    // Whole steps, then divided, so that 0.1 makes 0.3 and not 0.30000000000000004.
    return precision < 1 ? steps / (1 / precision) : steps * precision;
  };
}

const SEX: ArgumentType = { oneOf: [0, 1, 'male', 'female'] };
const sexOf = (gender: unknown): 'male' | 'female' | undefined =>
  gender === undefined ? undefined : gender === 0 || gender === 'male' ? 'male' : 'female';

/** Replaces `#` by digits, and `!` by digits from 2. */
const digits = (format: string): string =>
  format.replace(/[#!]/g, (mark) => String(faker.number.int({ min: mark === '#' ? 0 : 2, max: 9 })));

const WEIGHTED: ArgumentType = {
  object: { weights: { array: 'number' }, data: { array: 'any' } },
  required: ['weights', 'data'],
};

function weighted({ weights, data }: { weights: number[]; data: unknown[] }): unknown {
  if (weights.length !== data.length || weights.length === 0) throw new Error('needs weights and data of one length');
  if (weights.some((weight) => weight < 0) || weights.every((weight) => weight === 0)) {
    throw new Error('needs weights that are 0 or more, and one above');
  }
  const choices = data.map((value, i) => ({ value, weight: weights[i] as number })).filter(({ weight }) => weight > 0);
  return faker.helpers.weightedArrayElement(choices);
}

const DAYS: ArgumentType = 'number';

/**
 * Functions by the name that templates use; those that today's faker has under the same name take its arguments as
 * well.
 */
export const OLD_FUNCTIONS: Readonly<Record<string, OldFunction>> = {
  'address.city': plain(() => faker.location.city()),
  'address.country': plain(() => faker.location.country()),
  'address.countryCode': plain(() => faker.location.countryCode()),
  'address.county': plain(() => faker.location.county()),
  'address.latitude': plain(() => faker.location.latitude()),
  'address.longitude': plain(() => faker.location.longitude()),
  'address.secondaryAddress': plain(() => faker.location.secondaryAddress()),
  'address.state': plain(() => faker.location.state()),
  'address.stateAbbr': plain(() => faker.location.state({ abbreviated: true })),
  'address.streetAddress': optional('useFullAddress', 'boolean', (full: boolean | undefined) =>
    faker.location.streetAddress(full ?? false),
  ),
  'address.streetName': plain(() => faker.location.street()),
  'address.zipCode': optional('format', 'string', (format: string | undefined) =>
    format === undefined ? faker.location.zipCode() : digits(format),
  ),
  'commerce.color': plain(() => faker.color.human()),
  'company.bs': plain(() => faker.company.buzzPhrase()),
  'company.companyName': plain(() => faker.company.name()),
  'date.future': optional('years', DAYS, (years: number | undefined) => faker.date.future({ years: years ?? 1 })),
  'date.past': optional('years', DAYS, (years: number | undefined) => faker.date.past({ years: years ?? 1 })),
  'date.recent': optional('days', DAYS, (days: number | undefined) => faker.date.recent({ days: days ?? 1 })),
  'date.soon': optional('days', DAYS, (days: number | undefined) => faker.date.soon({ days: days ?? 1 })),
  'finance.account': optional('length', 'number', (length: number | undefined) =>
    faker.finance.accountNumber(length ?? 8),
  ),
  'internet.userName': plain(() => faker.internet.username()),
  'name.findName': plain(() => faker.person.fullName()),
  'name.firstName': optional('gender', SEX, (gender: unknown) => faker.person.firstName(sexOf(gender))),
  'name.gender': plain(() => faker.person.gender()),
  'name.jobArea': plain(() => faker.person.jobArea()),
  'name.jobDescriptor': plain(() => faker.person.jobDescriptor()),
  'name.jobTitle': plain(() => faker.person.jobTitle()),
  'name.jobType': plain(() => faker.person.jobType()),
  'name.lastName': optional('gender', SEX, (gender: unknown) => faker.person.lastName(sexOf(gender))),
  'name.prefix': optional('gender', SEX, (gender: unknown) => faker.person.prefix(sexOf(gender))),
  'name.suffix': plain(() => faker.person.suffix()),
  'name.title': plain(() => faker.person.jobTitle()),
  'phone.phoneNumber': optional('format', 'string', (format: string | undefined) =>
    format === undefined ? faker.phone.number() : digits(format),
  ),
  'random.alphaNumeric': optional('count', 'number', (count: number | undefined) =>
    faker.string.alphanumeric({ length: count ?? 1, casing: 'lower' }),
  ),
  'random.arrayElement': {
    signatures: [one('array', { array: 'any' })],
    call: (array) => faker.helpers.arrayElement(array as unknown[]),
  },
  'random.boolean': plain(() => faker.datatype.boolean()),
  'random.float': optional('precision', RANGE, numbers('precision', 0.01)),
  'random.number': optional('max', RANGE, numbers('max', 1)),
  'random.uuid': plain(() => faker.string.uuid()),
  'random.weightedArrayElement': {
    signatures: [one('choice', WEIGHTED)],
    call: (choice) => weighted(choice as { weights: number[]; data: unknown[] }),
  },
  'random.word': plain(() => faker.word.sample()),
  'random.words': optional('count', 'number', (count: number | undefined) => faker.word.words(count ?? 2)),
};
