import { arrayOf, VARCHAR } from '../../types/type';
import { codePoints, invalidArgument, type Value } from '../../values/value';
import { compile, expand, firstMatch, groupCount, type Match, matchesOf } from '../java-regexp';
import { type FunctionRow, scalar, script } from '../row';
import { scriptCall } from '../script-call';

function checkGroup(pattern: string, group: bigint): void {
  if (group < 0n) throw invalidArgument('Group cannot be negative');
  const count = groupCount(pattern);
  if (group > BigInt(count)) throw invalidArgument(`Pattern has ${count} groups. Cannot access group ${group}`);
}

const groupOf = (match: Match, group: bigint): Value =>
  group === 0n ? match.text : (match.groups[Number(group) - 1] ?? null);

function extract(text: string, pattern: string, group = 0n): Value {
  checkGroup(pattern, group);
  const match = firstMatch(text, pattern);
  return match === undefined ? null : groupOf(match, group);
}

function extractAll(text: string, pattern: string, group = 0n): Value {
  checkGroup(pattern, group);
  return matchesOf(text, pattern).map((match) => groupOf(match, group));
}

function replaceAll(text: string, pattern: string, replacement = ''): string {
  let [found, at] = ['', 0];
  for (const match of matchesOf(text, pattern)) {
    found += text.slice(at, match.index) + expand(replacement, match);
    at = match.index + match.text.length;
  }
  return found + text.slice(at);
}

function splitBy(text: string, pattern: string): string[] {
  const parts: string[] = [];
  let at = 0;
  for (const match of matchesOf(text, pattern)) {
    parts.push(text.slice(at, match.index));
    at = match.index + match.text.length;
  }
  return [...parts, text.slice(at)];
}

function positionOf(text: string, pattern: string, start = 1n, occurrence = 1n): number {
  if (start < 1n) throw invalidArgument('start position cannot be smaller than 1');
  if (occurrence < 1n) throw invalidArgument('occurrence cannot be smaller than 1');
  const letters = codePoints(text);
  if (start > BigInt(letters.length)) return -1;
  const skipped = letters.slice(0, Number(start) - 1).join('').length;
  const match = matchesOf(text, pattern).filter(({ index }) => index >= skipped)[Number(occurrence) - 1];
  return match === undefined ? -1 : codePoints(text.slice(0, match.index)).length + 1;
}

/** The groups of each match, for a lambda that makes the replacement. */
const groupsOf = (text: string, pattern: string): Value => matchesOf(text, pattern).map(({ groups }) => [...groups]);

function joinReplaced(text: string, pattern: string, replacements: readonly Value[]): Value {
  let [found, at] = ['', 0];
  for (const [index, match] of matchesOf(text, pattern).entries()) {
    found += text.slice(at, match.index) + (replacements[index] ?? '');
    at = match.index + match.text.length;
  }
  return found + text.slice(at);
}

const GROUPS = scalar('$regexp_groups(varchar, varchar) -> array(array(varchar))', script(groupsOf));
const JOIN = scalar('$regexp_join(varchar, varchar, array(varchar)) -> varchar', script(joinReplaced));

/** Regular expressions ("Regular expression functions"). */
export const REGEXP: readonly FunctionRow[] = [
  GROUPS,
  JOIN,
  scalar(
    'regexp_count(varchar, varchar) -> bigint',
    script((text: string, pattern: string) => BigInt(matchesOf(text, pattern).length)),
  ),
  scalar('regexp_extract(varchar, varchar) -> varchar', script(extract)),
  scalar('regexp_extract(varchar, varchar, bigint) -> varchar', script(extract)),
  scalar('regexp_extract_all(varchar, varchar) -> array(varchar)', script(extractAll)),
  scalar('regexp_extract_all(varchar, varchar, bigint) -> array(varchar)', script(extractAll)),
  scalar(
    'regexp_like(varchar, varchar) -> boolean',
    script((text: string, pattern: string) => compile(pattern).test(text)),
  ),
  scalar('regexp_position(varchar, varchar) -> integer', script(positionOf)),
  scalar('regexp_position(varchar, varchar, bigint) -> integer', script(positionOf)),
  scalar('regexp_position(varchar, varchar, bigint, bigint) -> integer', script(positionOf)),
  scalar('regexp_replace(varchar, varchar) -> varchar', script(replaceAll)),
  scalar('regexp_replace(varchar, varchar, varchar) -> varchar', script(replaceAll)),
  scalar('regexp_replace(varchar, varchar, function(array(varchar),varchar)) -> varchar', () => {
    const [text, pattern] = [
      { sql: '$1', type: VARCHAR },
      { sql: '$2', type: VARCHAR },
    ];
    const groups = scriptCall(GROUPS.id, [text, pattern], arrayOf(arrayOf(VARCHAR)));
    const replaced = { sql: `list_transform(${groups}, lambda %g: {$3|%g})`, type: arrayOf(VARCHAR) };
    return scriptCall(JOIN.id, [text, pattern, replaced], VARCHAR);
  }),
  scalar('regexp_split(varchar, varchar) -> array(varchar)', script(splitBy)),
];
