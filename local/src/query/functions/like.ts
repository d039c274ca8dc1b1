import { invalidArgument } from '../values/value';

const patterns = new Map<string, RegExp>();

/**
 * Translates a LIKE pattern to a regular expression; without ESCAPE there is no escape character. @throws ValueError
 */
export function likePattern(pattern: string, mark?: string): RegExp {
  const key = `${mark ?? ''}\0${pattern}`;
  const known = patterns.get(key);
  if (known !== undefined) return known;
  const found = new RegExp(`^${sourceOf(pattern, mark)}$`, 'su');
  if (patterns.size > 1000) patterns.clear();
  patterns.set(key, found);
  return found;
}

function sourceOf(pattern: string, mark: string | undefined): string {
  const letters = Array.from(pattern);
  if (mark !== undefined && Array.from(mark).length !== 1)
    throw invalidArgument('Escape string must be a single character');
  let source = '';
  for (let at = 0; at < letters.length; at++) {
    const letter = letters[at] as string;
    if (letter === mark) {
      const next = letters[++at];
      if (next !== '%' && next !== '_' && next !== mark)
        throw invalidArgument("Escape character must be followed by '%', '_' or the escape character itself");
      source += quoted(next as string);
    } else if (letter === '%') {
      if (!source.endsWith('.*')) source += '.*';
    } else source += letter === '_' ? '.' : quoted(letter);
  }
  return source;
}

const quoted = (letter: string): string => letter.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
