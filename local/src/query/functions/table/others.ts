import type { TrinoType } from '../../types/type';
import { orderOf } from '../../values/compare';
import { isMapped, parseIp } from '../../values/ip';
import { invalidArgument, type Value } from '../../values/value';
import { javaFormat } from '../java-format';
import { type FunctionRow, scalar, script, scriptFor, windowed } from '../row';

const extreme =
  (sign: 1 | -1): NonNullable<FunctionRow['script']> =>
  ([type]) => {
    const order = orderOf(type as TrinoType);
    const number = type?.kind === 'double' || type?.kind === 'real';
    return (...values: Value[]) => {
      // NaN is ignored unless all values are NaN.
      const real = number ? values.filter((value) => !Number.isNaN(value)) : values;
      return best(real.length === 0 ? values : real, order, sign);
    };
  };

const best = (values: readonly Value[], order: (a: Value, b: Value) => number, sign: 1 | -1): Value =>
  values.reduce((found, value) => (order(value, found) * sign > 0 ? value : found));

/** Parses a subnet, of version 4 or 6: its address and prefix length. @throws ValueError */
function subnet(text: string): { address: Uint8Array; bits: number } {
  const [ip = '', prefix, ...rest] = text.split('/');
  if (prefix === undefined || rest.length > 0) throw invalidArgument('Invalid CIDR');
  let whole: Uint8Array;
  try {
    whole = parseIp(ip);
  } catch {
    throw invalidArgument('Invalid network IP address');
  }
  const address = versioned(whole);
  if (!/^\d+$/.test(prefix)) throw invalidArgument('Invalid prefix length');
  const bits = Number(prefix);
  if (bits > address.length * 8) throw invalidArgument('Prefix length exceeds address length');
  const host = BigInt(32 - bits);
  if (address.length === 4 && asNumber(address) % 2n ** host !== 0n) throw invalidArgument('Invalid CIDR');
  return { address, bits };
}

const versioned = (address: Uint8Array): Uint8Array => (isMapped(address) ? address.subarray(12) : address);

const asNumber = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex')}`);

function inSubnet(network: string, ip: Uint8Array): boolean {
  const { address, bits } = subnet(network);
  const other = versioned(ip);
  if (other.length !== address.length) throw invalidArgument('IP address version should be the same');
  const shift = BigInt(address.length * 8 - bits);
  return asNumber(address) >> shift === asNumber(other) >> shift;
}

/** A number with a unit for its thousands: 123K, 1.23M. */
function formatNumber(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  let [size, unit] = [Math.abs(value), 0];
  const units = ['', 'K', 'M', 'B', 'T', 'Q'];
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit++;
  }
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : 2;
  const text = roundHalfUp(size, digits);
  return `${value < 0 ? '-' : ''}${text}${units[unit]}`;
}

function roundHalfUp(value: number, digits: number): string {
  const factor = 10 ** digits;
  return String(Math.round(value * factor + 1e-9) / factor);
}

const DATA_UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB', 'ZB', 'YB'];

function dataSize(text: string): bigint {
  const match = /^(\d+(?:\.\d+)?)([a-zA-Z]+)$/.exec(text);
  const unit = DATA_UNITS.indexOf(match?.[2] ?? '');
  if (match === null || unit === -1) throw invalidArgument(`Invalid data size: '${text}'`);
  const [whole = '0', fraction = ''] = (match[1] as string).split('.');
  return (BigInt(whole + fraction) * 1024n ** BigInt(unit)) / 10n ** BigInt(fraction.length);
}

/** Functions on no particular type. */
export const OTHERS: readonly FunctionRow[] = [
  ...(
    [
      ['greatest', 1],
      ['least', -1],
    ] as const
  ).map(([name, sign]) => scalar(`${name}(T, T...) -> T where T orderable`, scriptFor(extreme(sign)))),
  scalar(
    'format(varchar, any...) -> varchar',
    scriptFor(
      ([, ...types]) =>
        (pattern: string | null, ...values: Value[]) =>
          pattern === null ? null : javaFormat(pattern, values, types),
    ),
    { takesNull: true },
  ),
  ...['double', 'bigint'].map((type) =>
    scalar(
      `format_number(${type}) -> varchar`,
      script((value: number | bigint) => formatNumber(Number(value))),
    ),
  ),
  scalar('parse_presto_data_size(varchar) -> decimal(38,0)', script(dataSize)),
  scalar('parse_data_size(varchar) -> decimal(38,0)', script(dataSize)),
  scalar('uuid() -> uuid', 'CAST(uuid() AS VARCHAR)'),
  scalar('version() -> varchar', "'Athena engine version 3'"),
  scalar('contains(varchar, ipaddress) -> boolean', script(inSubnet)),
  scalar('$typeof(varchar) -> varchar', '$1'),
];

/** Window functions ("Window functions"). */
export const WINDOWS: readonly FunctionRow[] = [
  ...['row_number', 'rank', 'dense_rank'].map((name) => windowed(`${name}() -> bigint`, `${name}()@`)),
  ...['percent_rank', 'cume_dist'].map((name) => windowed(`${name}() -> double`, `${name}()@`)),
  windowed('ntile(bigint) -> bigint', 'ntile($1)@', {
    check: ([n]) => (typeof n === 'bigint' && n <= 0n ? 'Buckets must be greater than 0' : undefined),
  }),
  ...['first_value', 'last_value'].map((name) => windowed(`${name}(T) -> T`, `${name}($1#)@`)),
  windowed('nth_value(T, bigint) -> T', 'nth_value($1, $2#)@', {
    check: ([, n]) => (typeof n === 'bigint' && n <= 0n ? 'Offset must be at least 1' : undefined),
  }),
  ...['lag', 'lead'].flatMap((name) => [
    windowed(`${name}(T) -> T`, `${name}($1#)@`),
    windowed(`${name}(T, bigint) -> T`, `${name}($1, $2#)@`, {
      check: ([, n]) => (typeof n === 'bigint' && n < 0n ? 'Offset must be at least 0' : undefined),
    }),
    windowed(`${name}(T, bigint, T) -> T`, `${name}($1, $2, $3#)@`, {
      check: ([, n]) => (typeof n === 'bigint' && n < 0n ? 'Offset must be at least 0' : undefined),
    }),
  ]),
];
