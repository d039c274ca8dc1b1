/** Values of a template's placeholders in one call. */
export interface Fillings {
  /** The arguments' SQL. */
  readonly args: readonly string[];
  /** SQL of an argument's key for comparison. */
  readonly key: (index: number) => string;
  /** SQL of the body of a lambda argument, with these texts as its parameters. */
  readonly body: (index: number, parameters: readonly string[]) => string;
  /** A name for a lambda parameter that no other call uses. */
  readonly local: (letter: string) => string;
  readonly distinct: boolean;
  /** `ORDER BY …` within an aggregate, with a leading blank; or nothing. */
  readonly order: string;
  /** FILTER and OVER of an aggregate. */
  readonly after: string;
  readonly ignoreNulls: boolean;
}

const DISTINCT = '§D';
const ORDER = '§O';
const MARKS = /\{\$(\d+)\|([^{}]*)\}|%([a-z])\b|\$k(\d+)|\$(\d+)|\$\*|@|#|§[DO]/g;

/** Fills a template in one pass: a user's text is never taken for a placeholder. */
export function fill(template: string, fillings: Fillings): string {
  return withOrder(template).replaceAll(
    MARKS,
    (mark, lambda?: string, parameters?: string, local?: string, key?: string, arg?: string) => {
      if (lambda !== undefined) {
        const names = (parameters ?? '')
          .split('|')
          .map((each) =>
            each
              .replaceAll(/%([a-z])\b/g, (_whole, letter: string) => fillings.local(letter))
              .replaceAll(/\$(\d+)/g, (_whole, index: string) => fillings.args[Number(index) - 1] ?? ''),
          );
        return fillings.body(Number(lambda) - 1, names);
      }
      if (local !== undefined) return fillings.local(local);
      if (key !== undefined) return fillings.key(Number(key) - 1);
      if (arg !== undefined) return fillings.args[Number(arg) - 1] ?? 'NULL';
      switch (mark) {
        case '$*':
          return fillings.args.join(', ');
        case '@':
          return fillings.after;
        case '#':
          return fillings.ignoreNulls ? ' IGNORE NULLS' : '';
        case DISTINCT:
          return fillings.distinct ? 'DISTINCT ' : '';
        default:
          return fillings.order;
      }
    },
  );
}

/** Adds the marks of DISTINCT and ORDER BY to each call that `@` follows: at the begin and end of its arguments. */
function withOrder(template: string): string {
  let found = template;
  for (let at = found.indexOf(')@'); at !== -1; at = found.indexOf(')@', at + 4)) {
    let depth = 0;
    let open = at;
    for (; open >= 0; open--) {
      if (found[open] === ')') depth++;
      if (found[open] === '(' && --depth === 0) break;
    }
    found = `${found.slice(0, open + 1)}${DISTINCT}${found.slice(open + 1, at)}${ORDER}${found.slice(at)}`;
    at += 4;
  }
  return found;
}
