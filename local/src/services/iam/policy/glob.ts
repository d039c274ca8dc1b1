/**
 * Whether `text` matches a policy's pattern: `*` matches any characters, `?` one. Never exponential, whatever the
 * pattern: policies are untrusted, so it doesn't become a regular expression.
 */
export function globMatches(pattern: string, text: string): boolean {
  let p = 0;
  let t = 0;
  let star = -1;
  let resume = 0;
  while (t < text.length) {
    if (p < pattern.length && pattern[p] === '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.length && (pattern[p] === '?' || sameCharacter(pattern, p, text, t))) {
      p++;
      t++;
    } else if (star !== -1) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.length && pattern[p] === '*') p++;
  return p === pattern.length;
}

// `${*}`, `${?}` and `${$}` arrive as characters of the private use area, and match literally.
function sameCharacter(pattern: string, p: number, text: string, t: number): boolean {
  return (LITERALS[pattern[p] as string] ?? pattern[p]) === text[t];
}

const LITERALS: Readonly<Record<string, string>> = { '\ue000': '*', '\ue001': '?', '\ue002': '$' };
const ESCAPES: Readonly<Record<string, string>> = { '*': '\ue000', '?': '\ue001', $: '\ue002' };

/** Values of the request's condition keys, by name in lower case; most keys have one value. */
export type ConditionContext = ReadonlyMap<string, readonly string[]>;

/**
 * Replaces a pattern's policy variables, such as `${aws:PrincipalAccount}` or `${aws:PrincipalTag/team, 'none'}`, by
 * the request's values. A value is literal text, never a wildcard.
 * @returns undefined if a variable without a default has no value: the element then matches nothing
 */
export function substitute(pattern: string, context: ConditionContext): string | undefined {
  if (!pattern.includes('${')) return pattern;
  let missing = false;
  const text = pattern.replace(/\$\{([^}]*)\}/g, (_whole, inner: string) => {
    const literal = ESCAPES[inner];
    if (literal !== undefined) return literal;
    const [name = '', fallback] = inner.split(/,\s*/);
    const value = context.get(name.trim().toLowerCase())?.[0] ?? /^'(.*)'$/.exec(fallback ?? '')?.[1];
    if (value === undefined) missing = true;
    return (value ?? '').replace(/[*?$]/g, (character) => ESCAPES[character] as string);
  });
  return missing ? undefined : text;
}

/** Escapes a text so that {@link substitute} finds no variables in it. */
export function literally(text: string): string {
  return text.replaceAll('${', `${ESCAPES.$}{`);
}

/** Unescapes the text of {@link substitute}, for operators without wildcards. */
export function plain(text: string): string {
  return text.replace(/[\ue000-\ue002]/g, (character) => LITERALS[character] as string);
}
