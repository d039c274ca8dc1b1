/** What a template's marks stand for in one call. */
export interface Fillings {
  /** The arguments' SQL. */
  readonly args: readonly string[];
  /** An argument as what it is compared by. */
  readonly key: (index: number) => string;
  /** The body of the lambda that is this argument, its parameters being these texts. */
  readonly body: (index: number, parameters: readonly string[]) => string;
  /** A name of DuckDB's lambdas that no other call has. */
  readonly local: (letter: string) => string;
  readonly distinct: boolean;
  /** `ORDER BY …` inside of an aggregate, with a blank before it; or nothing. */
  readonly order: string;
  /** What follows an aggregate: FILTER and OVER. */
  readonly after: string;
  readonly ignoreNulls: boolean;
}

const DISTINCT = '§D';
const ORDER = '§O';
const MARKS = /\{\$(\d+)\|([^{}]*)\}|%([a-z])\b|\$k(\d+)|\$(\d+)|\$\*|@|#|§[DO]/g;

/** Puts a call into its template, in one pass: nothing that a user wrote is read as a mark. */
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

/** Marks where DISTINCT and ORDER BY go: inside of the parentheses that `@` follows. */
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
