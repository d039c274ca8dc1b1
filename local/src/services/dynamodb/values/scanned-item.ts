import type { AttributeValue } from './attribute-value';
import { MAX_DEPTH } from './check';
import { normalSize } from './decimal';
import { Sum } from './size';

const [QUOTE, BACKSLASH, COLON, COMMA, SPACE, ASCII] = [0x22, 0x5c, 0x3a, 0x2c, 0x20, 0x7f];
const [OPEN, CLOSE, LIST, LIST_END] = [0x7b, 0x7d, 0x5b, 0x5d];
const [S, N, B, L, M] = [0x53, 0x4e, 0x42, 0x4c, 0x4d];
/** Position that means: the scan gives up. */
const NONE = -1;
/** Most names of a map: they are compared pairwise, so with more a scan would cost more than it saves. */
const MOST_NAMES = 64;
/** Numbers for each attribute in `places`. */
const PLACE = 4;

/** Sizes of the item being scanned. */
const sum = new Sum();
/** Begin and end of each name, of all maps being scanned. */
const names: number[] = [];
/** Length in UTF-8 of the string that {@link closing} scanned last. */
let width = 0;

/** A valid item in a request's JSON, with its sizes; its JSON is stored unchanged. */
export class ScannedItem {
  /**
   * @param places begin and end of each attribute's name and value, four numbers per attribute, for all items of the
   * request
   * @param from index of this item's first number; `to` follows its last
   */
  constructor(
    private readonly source: string,
    private readonly start: number,
    /** Position after the item in the source. */
    readonly end: number,
    readonly bytes: number,
    readonly stored: number,
    private readonly places: readonly number[],
    private readonly from: number,
    private readonly to: number,
  ) {}

  get text(): string {
    return this.source.slice(this.start, this.end);
  }

  /** Parses one attribute without the others. */
  attribute(name: string): AttributeValue | undefined {
    const { source, places } = this;
    for (let at = this.from; at < this.to; at += PLACE) {
      const nameAt = places[at] as number;
      if ((places[at + 1] as number) - nameAt !== name.length || !source.startsWith(name, nameAt)) continue;
      const [from, to] = [places[at + 2] as number, places[at + 3] as number];
      if (source.charCodeAt(from + 3) !== QUOTE) return JSON.parse(source.slice(from, to)) as AttributeValue;
      const type = source.charCodeAt(from + 2);
      if (type === S) return { S: source.slice(from + 6, to - 2) };
      if (type === N) return { N: source.slice(from + 6, to - 2) };
      return JSON.parse(source.slice(from, to)) as AttributeValue;
    }
    return undefined;
  }
}

/**
 * Checks and measures an item in one pass over its JSON, for a third of the cost of parsing, checking, measuring and
 * serializing it.
 * @param at position of its JSON, which has no white space
 * @param places places of the request's items, to which this item's are added
 * @returns undefined for an invalid item, escapes, binary values, sets, and numbers in another form than DynamoDB's
 * own: the general decoder reads those
 */
export function scanItem(source: string, at: number, places: number[] = []): ScannedItem | undefined {
  if (source.charCodeAt(at) !== OPEN) return undefined;
  sum.clear();
  names.length = 0;
  const from = places.length;
  const end = members(source, at + 1, 0, places);
  if (end === NONE) return undefined;
  return new ScannedItem(source, at, end, sum.bytes, sum.stored, places, from, places.length);
}

/**
 * @returns position after the map whose first member begins at `from`; NONE, as for all functions below, if the scan
 * gives up
 */
function members(source: string, from: number, depth: number, places?: number[]): number {
  if (source.charCodeAt(from) === CLOSE) return from + 1;
  const base = names.length;
  for (let at = from; ; at++) {
    if (source.charCodeAt(at) !== QUOTE) return NONE;
    const nameEnd = closing(source, at + 1);
    if (nameEnd === NONE || source.charCodeAt(nameEnd + 1) !== COLON) return NONE;
    names.push(at + 1, nameEnd);
    if (places === undefined) sum.member(width);
    else sum.attribute(width);
    const end = value(source, nameEnd + 2, depth);
    if (end === NONE) return NONE;
    places?.push(at + 1, nameEnd, nameEnd + 2, end);
    at = end;
    const next = source.charCodeAt(at);
    if (next === COMMA) continue;
    return next === CLOSE && areDistinct(source, base) ? at + 1 : NONE;
  }
}

/** Checks that a map's names differ, and removes them from `names`. */
function areDistinct(source: string, base: number): boolean {
  const end = names.length;
  if (end - base > 2 * MOST_NAMES) return false;
  for (let one = base; one < end; one += 2)
    for (let other = one + 2; other < end; other += 2) if (isSame(source, one, other)) return false;
  names.length = base;
  return true;
}

function isSame(source: string, one: number, other: number): boolean {
  const [from, to] = [names[one] as number, names[one + 1] as number];
  const start = names[other] as number;
  if ((names[other + 1] as number) - start !== to - from) return false;
  for (let at = from; at < to; at++) if (source.charCodeAt(at) !== source.charCodeAt(start + at - from)) return false;
  return true;
}

function value(source: string, at: number, depth: number): number {
  if (source.charCodeAt(at) !== OPEN || source.charCodeAt(at + 1) !== QUOTE) return NONE;
  const type = source.charCodeAt(at + 2);
  if (source.charCodeAt(at + 3) !== QUOTE) return word(source, at, type);
  if (source.charCodeAt(at + 4) !== COLON) return NONE;
  const from = at + 6;
  const begin = source.charCodeAt(at + 5);
  let end = NONE;
  if (begin === QUOTE && (type === S || type === N)) end = scalar(source, from, type);
  else if (depth >= MAX_DEPTH) return NONE;
  else if (begin === LIST && type === L) end = elements(source, from, depth + 1);
  else if (begin === OPEN && type === M) {
    sum.document();
    end = members(source, from, depth + 1);
  }
  return end !== NONE && source.charCodeAt(end) === CLOSE ? end + 1 : NONE;
}

/** Scans a string or number. */
function scalar(source: string, from: number, type: number): number {
  const end = closing(source, from);
  if (end === NONE) return NONE;
  if (type === S) sum.text(width);
  else {
    const size = normalSize(source, from, end);
    if (size === undefined) return NONE;
    sum.number(size);
  }
  return end + 1;
}

function elements(source: string, from: number, depth: number): number {
  sum.document();
  if (source.charCodeAt(from) === LIST_END) return from + 1;
  for (let at = from; ; at++) {
    sum.element();
    at = value(source, at, depth);
    if (at === NONE) return NONE;
    const next = source.charCodeAt(at);
    if (next !== COMMA) return next === LIST_END ? at + 1 : NONE;
  }
}

/** Scans a boolean or null: the types with a name of several letters. */
function word(source: string, at: number, type: number): number {
  if (type === B) {
    sum.boolean();
    if (source.startsWith('"BOOL":true}', at + 1)) return at + 13;
    return source.startsWith('"BOOL":false}', at + 1) ? at + 14 : NONE;
  }
  sum.null();
  return source.startsWith('"NULL":true}', at + 1) ? at + 13 : NONE;
}

/** Position of the quotation mark that ends a string; sets {@link width}. */
function closing(source: string, from: number): number {
  let beyond = 0;
  for (let at = from; ; at++) {
    const code = source.charCodeAt(at);
    if (code === QUOTE) {
      width = at - from + beyond;
      return at;
    }
    // Each half of a surrogate pair counts two bytes: the pair has four in UTF-8.
    if (code > ASCII) beyond += code < 0x800 || (code >= 0xd800 && code < 0xe000) ? 1 : 2;
    else if (code === BACKSLASH || !(code >= SPACE)) return NONE;
  }
}
