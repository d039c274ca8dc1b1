import { invalidArgument } from '../errors';

/** What a page holds at most, and if nothing is said. */
export const MAX_PAGE = 1_000;

/** How much a page is to hold. @param name of the parameter, as S3's error has it. @throws AwsError `InvalidArgument`. */
export function limitOf(wanted: number | undefined, name: string): number {
  if (wanted !== undefined && (!Number.isInteger(wanted) || wanted < 0 || wanted > 0x7fffffff))
    throw invalidArgument(`Argument ${name} must be an integer between 0 and 2147483647`, name, String(wanted));
  return Math.min(wanted ?? MAX_PAGE, MAX_PAGE);
}

export type Encode = <T extends string | undefined>(text: T) => T;

/** XML 1.0 can't hold every key: clients ask for them percent-encoded. @throws AwsError `InvalidArgument`. */
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
