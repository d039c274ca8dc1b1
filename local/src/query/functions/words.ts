const CODES: Readonly<Record<string, string>> = {
  B: '1',
  F: '1',
  P: '1',
  V: '1',
  C: '2',
  G: '2',
  J: '2',
  K: '2',
  Q: '2',
  S: '2',
  X: '2',
  Z: '2',
  D: '3',
  T: '3',
  L: '4',
  M: '5',
  N: '5',
  R: '6',
};

/** American Soundex; adjacent letters with the same code, also with H or W between them, count once. */
export function soundex(text: string): string {
  const letters = text.toUpperCase().replaceAll(/[^A-Z]/g, '');
  const [first] = letters;
  if (first === undefined) return '';
  let code = first;
  let last = CODES[first] ?? '';
  for (const letter of letters.slice(1)) {
    const next = CODES[letter] ?? '';
    if (next !== '' && next !== last) code += next;
    if (letter !== 'H' && letter !== 'W') last = next;
    if (code.length === 4) break;
  }
  return code.padEnd(4, '0');
}

const VOWELS = 'aeiouy';
const DOUBLES = /(?:bb|dd|ff|gg|mm|nn|pp|rr|tt)$/;
const EXCEPTIONS: Readonly<Record<string, string>> = {
  skis: 'ski',
  skies: 'sky',
  dying: 'die',
  lying: 'lie',
  tying: 'tie',
  idly: 'idl',
  gently: 'gentl',
  ugly: 'ugli',
  early: 'earli',
  only: 'onli',
  singly: 'singl',
  sky: 'sky',
  news: 'news',
  howe: 'howe',
  atlas: 'atlas',
  cosmos: 'cosmos',
  bias: 'bias',
  andes: 'andes',
};
const AFTER_PLURAL = new Set(['inning', 'outing', 'canning', 'herring', 'earring', 'proceed', 'exceed', 'succeed']);

/** The stem of an English word, by the Porter2 algorithm (Snowball's "english"). */
export function stemEnglish(text: string): string {
  const word = text.toLowerCase();
  if (word.length <= 2) return word;
  const known = EXCEPTIONS[word];
  if (known !== undefined) return known;
  let stem = word
    .replace(/^'/, '')
    .replace(/^y/, 'Y')
    .replaceAll(/([aeiouy])y/g, '$1Y');
  const [r1, r2] = regions(stem);
  stem = stem.replace(/'s'$|'s$|'$/, '');
  stem = plurals(stem);
  if (AFTER_PLURAL.has(stem)) return stem;
  stem = pastTense(stem, r1);
  stem = stem.replace(/(.[^aeiouy])[yY]$/, '$1i');
  stem = suffixes(stem, r1, r2);
  if (stem.endsWith('e') && (stem.length - 1 >= r2 || (stem.length - 1 >= r1 && !endsShort(stem.slice(0, -1)))))
    stem = stem.slice(0, -1);
  else if (stem.endsWith('ll') && stem.length - 1 >= r2) stem = stem.slice(0, -1);
  return stem.toLowerCase();
}

function regions(stem: string): [number, number] {
  const prefix = /^(?:gener|commun|arsen)/.exec(stem)?.[0].length;
  const after = (from: number) => {
    const found = /[aeiouy][^aeiouy]/.exec(stem.slice(from));
    return found === null ? stem.length : from + found.index + 2;
  };
  const r1 = prefix ?? after(0);
  return [r1, after(r1)];
}

const endsShort = (stem: string): boolean => /(?:^[aeiouy][^aeiouy]|[^aeiouy][aeiouy][^aeiouywxY])$/.test(stem);

function plurals(stem: string): string {
  if (stem.endsWith('sses')) return stem.slice(0, -2);
  if (/ie[ds]$/.test(stem)) return stem.length > 4 ? stem.slice(0, -2) : stem.slice(0, -1);
  if (/[us]s$/.test(stem)) return stem;
  return /[aeiouy].+s$/.test(stem) ? stem.slice(0, -1) : stem;
}

function pastTense(stem: string, r1: number): string {
  const agreed = /(?:eed|eedly)$/.exec(stem)?.[0];
  if (agreed !== undefined) return stem.length - agreed.length >= r1 ? `${stem.slice(0, -agreed.length)}ee` : stem;
  const found = /(?:ingly|edly|ing|ed)$/.exec(stem)?.[0];
  if (found === undefined) return stem;
  const rest = stem.slice(0, -found.length);
  if (![...rest].some((letter) => VOWELS.includes(letter))) return stem;
  if (/(?:at|bl|iz)$/.test(rest)) return `${rest}e`;
  if (DOUBLES.test(rest)) return rest.slice(0, -1);
  return rest.length <= r1 && endsShort(rest) ? `${rest}e` : rest;
}

const STEP_2: readonly (readonly [string, string])[] = [
  ['ization', 'ize'],
  ['ational', 'ate'],
  ['fulness', 'ful'],
  ['ousness', 'ous'],
  ['iveness', 'ive'],
  ['tional', 'tion'],
  ['biliti', 'ble'],
  ['lessli', 'less'],
  ['entli', 'ent'],
  ['ation', 'ate'],
  ['alism', 'al'],
  ['aliti', 'al'],
  ['ousli', 'ous'],
  ['iviti', 'ive'],
  ['fulli', 'ful'],
  ['enci', 'ence'],
  ['anci', 'ance'],
  ['abli', 'able'],
  ['izer', 'ize'],
  ['ator', 'ate'],
  ['alli', 'al'],
  ['bli', 'ble'],
];
const STEP_3: readonly (readonly [string, string])[] = [
  ['ational', 'ate'],
  ['tional', 'tion'],
  ['alize', 'al'],
  ['icate', 'ic'],
  ['iciti', 'ic'],
  ['ical', 'ic'],
  ['ful', ''],
  ['ness', ''],
];
const STEP_4 = [
  'ement',
  'ance',
  'ence',
  'able',
  'ible',
  'ment',
  'ant',
  'ent',
  'ism',
  'ate',
  'iti',
  'ous',
  'ive',
  'ize',
  'al',
  'er',
  'ic',
];

function suffixes(word: string, r1: number, r2: number): string {
  let stem = word;
  const second = STEP_2.find(([suffix]) => stem.endsWith(suffix));
  if (second !== undefined) {
    if (stem.length - second[0].length >= r1) stem = stem.slice(0, -second[0].length) + second[1];
  } else if (/logi$/.test(stem) && stem.length - 3 >= r1) stem = stem.slice(0, -1);
  else if (/[cdeghkmnrt]li$/.test(stem) && stem.length - 2 >= r1) stem = stem.slice(0, -2);
  const third = STEP_3.find(([suffix]) => stem.endsWith(suffix));
  if (third !== undefined && stem.length - third[0].length >= r1) stem = stem.slice(0, -third[0].length) + third[1];
  else if (stem.endsWith('ative') && stem.length - 5 >= r2) stem = stem.slice(0, -5);
  const fourth = STEP_4.find((suffix) => stem.endsWith(suffix));
  if (fourth !== undefined) return stem.length - fourth.length >= r2 ? stem.slice(0, -fourth.length) : stem;
  return /[st]ion$/.test(stem) && stem.length - 3 >= r2 ? stem.slice(0, -3) : stem;
}
