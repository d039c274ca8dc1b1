/** MySQL's date patterns, as date_format and date_parse take them, in strftime's letters. */
const MYSQL: Readonly<Record<string, string>> = {
  a: '%a',
  b: '%b',
  c: '%-m',
  d: '%d',
  e: '%-d',
  f: '%f',
  H: '%H',
  h: '%I',
  I: '%I',
  i: '%M',
  j: '%j',
  k: '%-H',
  l: '%-I',
  M: '%B',
  m: '%m',
  p: '%p',
  r: '%I:%M:%S %p',
  S: '%S',
  s: '%S',
  T: '%H:%M:%S',
  v: '%V',
  W: '%A',
  x: '%G',
  Y: '%Y',
  y: '%y',
  '%': '%%',
};

/** Joda's letters, as format_datetime and parse_datetime take them, by letter and by how often it is repeated. */
const JODA: readonly (readonly [pattern: RegExp, strftime: string])[] = [
  [/^y{3,}|^y$|^Y{3,}|^Y$/, '%Y'],
  [/^yy|^YY/, '%y'],
  [/^xxxx/, '%G'],
  [/^ww/, '%V'],
  [/^MMMM+/, '%B'],
  [/^MMM/, '%b'],
  [/^MM/, '%m'],
  [/^M/, '%-m'],
  [/^DDD/, '%j'],
  [/^D/, '%-j'],
  [/^dd/, '%d'],
  [/^d/, '%-d'],
  [/^EEEE+/, '%A'],
  [/^E+/, '%a'],
  [/^e/, '%u'],
  [/^HH/, '%H'],
  [/^H/, '%-H'],
  [/^hh/, '%I'],
  [/^h/, '%-I'],
  [/^mm/, '%M'],
  [/^m/, '%-M'],
  [/^ss/, '%S'],
  [/^s/, '%-S'],
  [/^SSSSSS/, '%f'],
  [/^SSS/, '%g'],
  [/^a/, '%p'],
  [/^ZZZ/, '%Z'],
  [/^Z+|^X+|^z+/, '%z'],
];

/** @throws RangeError for a pattern letter that has no counterpart. */
export function fromMysqlFormat(format: string): string {
  return format.replaceAll(/%(.?)/gs, (_whole, letter: string) => {
    const found = MYSQL[letter];
    if (found === undefined) throw new RangeError(`%${letter} not supported in date format string`);
    return found;
  });
}

/** @throws RangeError for a pattern letter that has no counterpart. */
export function fromJodaFormat(format: string): string {
  let result = '';
  let rest = format;
  while (rest !== '') {
    const quoted = /^'((?:[^']|'')*)'/.exec(rest);
    if (quoted !== null) {
      result += quoted[0] === "''" ? "'" : (quoted[1] as string).replaceAll("''", "'").replaceAll('%', '%%');
      rest = rest.slice(quoted[0].length);
      continue;
    }
    const run = /^([A-Za-z])\1*/.exec(rest)?.[0];
    if (run === undefined) {
      result += rest.charAt(0) === '%' ? '%%' : rest.charAt(0);
      rest = rest.slice(1);
      continue;
    }
    const found = JODA.find(([pattern]) => pattern.exec(run)?.[0].length === run.length);
    if (found === undefined) throw new RangeError(`Invalid format: "${format}"`);
    result += found[1];
    rest = rest.slice(run.length);
  }
  return result;
}
