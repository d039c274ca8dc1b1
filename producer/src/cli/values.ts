import { InvalidArgumentError } from 'commander';
import type { Rate } from '../produce';
import type { PartitionKey } from '../send/partition-key';

/** Parsers of option values; each throws commander's InvalidArgumentError, which names the option. */

export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text.replaceAll('_', ''));
    if (text.trim() === '' || !Number.isSafeInteger(value) || value < least) {
      throw new InvalidArgumentError(`a whole number, ${least} or more, is needed`);
    }
    return value;
  };
}

const MILLISECONDS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** Parses `500ms`, `30s`, `5m`, `1h` to milliseconds; a bare number is seconds. */
export function duration(text: string): number {
  const [, value, unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text) ?? [];
  if (value === undefined) throw new InvalidArgumentError('a duration such as 500ms, 30s, 5m or 1h is needed');
  return Number(value) * (MILLISECONDS[unit] as number);
}

const BYTES: Readonly<Record<string, number>> = { B: 1, KB: 1e3, MB: 1e6, KiB: 1024, MiB: 1024 * 1024 };

/** Parses `1000`, `1000/s`, `5MB`, `5MB/s`, `512KiB/s`. */
export function rate(text: string): Rate {
  const [, value, unit] = /^(\d+(?:\.\d+)?)(B|KB|MB|KiB|MiB)?(?:\/s)?$/.exec(text) ?? [];
  if (value === undefined || Number(value) <= 0) {
    throw new InvalidArgumentError('a rate such as 1000/s (events) or 5MB/s is needed');
  }
  return unit === undefined
    ? { unit: 'events', perSecond: Number(value) }
    : { unit: 'bytes', perSecond: Number(value) * (BYTES[unit] as number) };
}

export function partitionKey(text: string): PartitionKey {
  if (text === 'uuid' || text === 'random' || text === 'constant') return text;
  if (/^field:.+/.test(text)) return text as PartitionKey;
  throw new InvalidArgumentError('uuid, random, constant or field:NAME is needed');
}

export function concurrency(text: string): number | 'auto' {
  return text === 'auto' ? text : wholeNumber(1)(text);
}
