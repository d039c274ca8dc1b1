import type { Action, Assigned, Operand, Parsed } from './ast';
import { Parser } from './parser';

const SECTIONS = ['SET', 'REMOVE', 'ADD', 'DELETE'] as const;
const KEYWORDS: ReadonlySet<string> = new Set(SECTIONS);
const FUNCTIONS: ReadonlySet<string> = new Set(['if_not_exists', 'list_append']);

/** Parses an update ("Update expressions"). @throws InvalidExpression for a syntax error */
export function parseUpdate(text: string): Parsed<readonly Action[]> {
  const parser = new UpdateParser(text);
  const tree = parser.parse();
  const { reserved, unknownFunction, section } = parser.errors;
  return { tree, error: reserved ?? unknownFunction ?? section };
}

class UpdateParser extends Parser {
  constructor(text: string) {
    super(text, KEYWORDS, FUNCTIONS);
  }

  parse(): readonly Action[] {
    const actions: Action[] = [];
    const seen = new Set<string>();
    do {
      const section = SECTIONS.find((each) => this.takeKeyword(each));
      if (section === undefined) this.fail();
      actions.push(...this.list(() => this.action(section)));
      if (seen.has(section))
        this.errors.section ??= `The "${section}" section can only be used once in an update expression;`;
      seen.add(section);
    } while (this.token.kind !== 'end');
    return actions;
  }

  private action(kind: (typeof SECTIONS)[number]): Action {
    const path = this.path();
    if (kind === 'REMOVE') return { kind, path };
    if (kind === 'SET') {
      this.expectSymbol('=');
      return { kind, path, value: this.assigned() };
    }
    if (this.token.kind !== 'value') this.fail();
    return { kind, path, value: { kind: 'value', name: this.next().text } };
  }

  /** Parses the right side of SET: the whole of it may be in parentheses, and each operand. */
  private assigned(): Assigned {
    const start = this.position;
    if (this.takeSymbol('(')) {
      const inner = this.sum();
      if (inner.kind === '+' || inner.kind === '-') {
        this.expectSymbol(')');
        return inner;
      }
      this.position = start;
    }
    return this.sum();
  }

  private sum(): Assigned {
    const left: Operand = this.operandInParens();
    const sign = this.isSymbol('+') ? '+' : this.isSymbol('-') ? '-' : undefined;
    if (sign === undefined) return left;
    this.position++;
    return { kind: sign, args: [left, this.operandInParens()] };
  }
}
