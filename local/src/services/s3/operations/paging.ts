import { invalidArgument } from '../errors';

/** Most items of a page, and the default. */
export const MAX_PAGE = 1_000;

/** Items of a page: at most as many as requested. @see naturalNumber */
export function limitOf(wanted: number | undefined, parameter: string, name = parameter): number {
  return wanted === undefined ? MAX_PAGE : Math.min(naturalNumber(wanted, parameter, name), MAX_PAGE);
}

/**
 * Checks a parameter for a 32-bit integer that isn't negative: S3 has an error message for each of the two.
 * @param name the parameter's name in S3's message about negative values
 * @throws AwsError `InvalidArgument`
 */
export function naturalNumber(given: number | string, parameter: string, name = parameter): number {
  const number = Number(given);
  if (!Number.isInteger(number) || Math.abs(number) > 0x7fffffff)
    throw invalidArgument(`Provided ${parameter} not an integer or within integer range`, parameter, String(given));
  if (number < 0)
    throw invalidArgument(`Argument ${name} must be an integer between 0 and 2147483647`, name, String(given));
  return number;
}

export type Encode = <T extends string | undefined>(text: T) => T;

/**
 * Encoder of keys: XML 1.0 can't hold every key, so clients request percent-encoding. @throws AwsError
 * `InvalidArgument`
 */
export function encoderOf(type: string | undefined): Encode {
  if (type === undefined) return (text) => text;
  if (type !== 'url') throw invalidArgument('Invalid Encoding Method specified in Request', 'encoding-type', type);
  return (text) => (text === undefined ? text : encodeKey(text)) as typeof text;
}

const encodeKey = (text: string) =>
  encodeURIComponent(text)
    .replaceAll('%2F', '/')
    .replace(/[!'()]/g, percent);
const percent = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
