import { escapeCharacter, fileName } from '../../../store/file-name';

/**
 * The path of a key's plain file below its bucket's folder, which a person can open. Common keys are their own path.
 * Other names are escaped with `%`, which no common key has:
 *
 * - an empty part (a leading or trailing slash, `//`) is `%e`; `.` and `..` are `%2E` and `%2E%2E`;
 * - `%`, NUL and other control characters, and a backslash are `%25`, `%00`, …;
 * - a part of more than {@link MAX_NAME_BYTES} bytes is cut into nested folders whose names end in `%+`;
 * - on Windows, characters and names that its file systems refuse or misread: `< > : " | ? *` (a colon begins an NTFS
 *   stream), a dot or space at the end, and the first letter of a device's name (`con`, `nul.txt`);
 * - a name that is taken, because a file and a folder would share it (`a` and `a/b`) or the file system treats two names
 *   as one, ends in `%~1`, `%~2`, … (see BodyFiles).
 *
 * {@link keyOfPath} turns every such path back into its key.
 */
export function pathOfKey(key: string, windows: boolean = process.platform === 'win32'): string[] {
  return key.split('/').flatMap((part) => partNames(part, windows));
}

/** Longest name in bytes: file systems allow 255, and the rest is for the suffixes. */
const MAX_NAME_BYTES = 240;

function partNames(part: string, windows: boolean): string[] {
  if (part === '') return ['%e'];
  if (part === '.' || part === '..') return [part.replaceAll('.', '%2E')];
  const escaped = part.replace(windows ? REFUSED_ON_WINDOWS : REFUSED, escapeCharacter);
  const pieces = Buffer.byteLength(escaped) <= MAX_NAME_BYTES ? [escaped] : cut(escaped);
  const names = pieces.map((piece, index) => (index < pieces.length - 1 ? `${piece}%+` : piece));
  return names.map((name) => fileName(name, windows));
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is escaped.
const REFUSED = /[%\\\u0000-\u001f\u007f]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above.
const REFUSED_ON_WINDOWS = /[%\\\u0000-\u001f\u007f<>:"|?*]/g;

// Cuts a name between characters, and not within an escape.
function cut(text: string): string[] {
  const pieces: string[] = [];
  let piece = '';
  let bytes = 0;
  for (const character of text.match(/%[0-9A-F]{2}|./gsu) ?? []) {
    const size = Buffer.byteLength(character);
    if (bytes + size > MAX_NAME_BYTES) {
      pieces.push(piece);
      piece = '';
      bytes = 0;
    }
    piece += character;
    bytes += size;
  }
  return [...pieces, piece];
}

/** A name in place of a taken one. @param attempt from 1 */
export function alternative(name: string, attempt: number): string {
  return `${name}%~${attempt}`;
}

/** The key of a path. @param names result of {@link pathOfKey}, with any suffix */
export function keyOfPath(names: readonly string[]): string {
  return names
    .map((name) => {
      const bare = name.replace(/%~\d+$/, '');
      if (bare === '%e') return '/';
      const continued = bare.endsWith('%+');
      const text = (continued ? bare.slice(0, -2) : bare).replace(/%([0-9A-F]{2})/g, (_all, hex: string) =>
        String.fromCharCode(Number.parseInt(hex, 16)),
      );
      return continued ? text : `${text}/`;
    })
    .join('')
    .slice(0, -1);
}
