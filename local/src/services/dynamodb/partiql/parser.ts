import { validation } from '../errors';
import type { ExpressionInput } from '../items/request';
import { type AttributeValue, type Item, typeOf } from '../values/attribute-value';
import { Cursor } from './cursor';
import { malformed, type Token, tokenize } from './lexer';

/** A statement translated for the item operations: conditions and updates are expressions with placeholders. */
export type Statement =
  | (Target & {
      readonly kind: 'SELECT';
      readonly indexName?: string;
      readonly where?: string;
      readonly projection?: string;
      readonly descending: boolean;
    })
  | (Target & { readonly kind: 'INSERT'; readonly item: Item })
  | (Target & { readonly kind: 'UPDATE'; readonly update: string; readonly where: string; readonly returning?: string })
  | (Target & { readonly kind: 'DELETE'; readonly where: string; readonly returning?: string });

interface Target {
  readonly tableName: string;
  /** Values of the expressions' placeholders. */
  readonly placeholders: Pick<ExpressionInput, 'ExpressionAttributeNames' | 'ExpressionAttributeValues'>;
}

/** Parses a PartiQL statement. @param parameters values of its question marks @throws AwsError */
export function parseStatement(text: string, parameters: readonly AttributeValue[]): Statement {
  return new Parser(tokenize(text), parameters).statement();
}

/** A condition in parentheses, without doubling them: expressions refuse two pairs. */
export function grouped(condition: string): string {
  if (!condition.startsWith('(')) return `(${condition})`;
  let depth = 0;
  for (const [index, character] of [...condition].entries()) {
    if (character === '(') depth++;
    if (character === ')' && --depth === 0) return index === condition.length - 1 ? condition : `(${condition})`;
  }
  return `(${condition})`;
}

const RETURNING: Readonly<Record<string, string>> = {
  'ALL OLD': 'ALL_OLD',
  'ALL NEW': 'ALL_NEW',
  'MODIFIED OLD': 'UPDATED_OLD',
  'MODIFIED NEW': 'UPDATED_NEW',
};

class Parser extends Cursor {
  private readonly names: Record<string, string> = {};
  private readonly values: Record<string, AttributeValue> = {};
  private count = 0;
  private parameter = 0;

  constructor(
    tokens: readonly Token[],
    private readonly parameters: readonly AttributeValue[],
  ) {
    super(tokens);
  }

  statement(): Statement {
    const statement = this.takeWord('SELECT')
      ? this.select()
      : this.takeWord('INSERT')
        ? this.insert()
        : this.takeWord('UPDATE')
          ? this.update()
          : this.takeWord('DELETE')
            ? this.delete()
            : this.fail();
    if (this.token.kind !== 'end') this.fail();
    if (this.parameter !== this.parameters.length)
      throw validation("Number of parameters in request and statement don't match.");
    return statement;
  }

  private select(): Statement {
    const projection = this.takeSymbol('*') ? undefined : this.list(() => this.path()).join(', ');
    this.expectWord('FROM');
    const tableName = this.name();
    const indexName = this.takeSymbol('.') ? this.name() : undefined;
    const where = this.takeWord('WHERE') ? this.or() : undefined;
    let descending = false;
    if (this.takeWord('ORDER')) {
      this.expectWord('BY');
      this.name();
      descending = this.takeWord('DESC');
      if (!descending) this.takeWord('ASC');
    }
    return {
      kind: 'SELECT',
      tableName,
      placeholders: this.placeholders(),
      descending,
      ...(indexName !== undefined && { indexName }),
      ...(where !== undefined && { where }),
      ...(projection !== undefined && { projection }),
    };
  }

  private insert(): Statement {
    this.expectWord('INTO');
    const tableName = this.name();
    this.expectWord('VALUE');
    const { M: item } = this.literal();
    if (item === undefined) throw malformed('INSERT takes a map');
    return { kind: 'INSERT', tableName, placeholders: {}, item };
  }

  private update(): Statement {
    const tableName = this.name();
    const sections: Record<'SET' | 'REMOVE' | 'ADD' | 'DELETE', string[]> = {
      SET: [],
      REMOVE: [],
      ADD: [],
      DELETE: [],
    };
    for (;;) {
      if (this.takeWord('SET'))
        for (const assign of this.list(() => this.assignment())) sections[assign.section].push(assign.text);
      else if (this.takeWord('REMOVE')) sections.REMOVE.push(...this.list(() => this.path()));
      else break;
    }
    const update = Object.entries(sections)
      .filter(([, parts]) => parts.length > 0)
      .map(([section, parts]) => `${section} ${parts.join(', ')}`)
      .join(' ');
    if (update === '') this.fail();
    this.expectWord('WHERE');
    const where = this.or();
    return { kind: 'UPDATE', tableName, update, where, ...this.returning(), placeholders: this.placeholders() };
  }

  private delete(): Statement {
    this.expectWord('FROM');
    const tableName = this.name();
    this.expectWord('WHERE');
    const where = this.or();
    return { kind: 'DELETE', tableName, where, ...this.returning(), placeholders: this.placeholders() };
  }

  private returning(): { returning?: string } {
    if (!this.takeWord('RETURNING')) return {};
    const words = `${this.next().text} ${this.next().text}`.toUpperCase();
    const returning = RETURNING[words];
    if (returning === undefined || !this.takeSymbol('*'))
      throw malformed('RETURNING takes ALL or MODIFIED, OLD or NEW, *');
    return { returning };
  }

  /** Parses an assignment; `set_add` and `set_delete` become sections of their own in the update expression. */
  private assignment(): { section: 'SET' | 'ADD' | 'DELETE'; text: string } {
    const path = this.path();
    this.expectSymbol('=');
    const call = this.token.kind === 'word' ? this.token.text.toLowerCase() : '';
    if (call === 'set_add' || call === 'set_delete') {
      this.next();
      this.expectSymbol('(');
      if (this.path() !== path) throw malformed(`${call} takes the path that is set`);
      this.expectSymbol(',');
      const value = this.operand();
      this.expectSymbol(')');
      return { section: call === 'set_add' ? 'ADD' : 'DELETE', text: `${path} ${value}` };
    }
    const left = this.operand();
    const sign = this.takeSymbol('+') ? '+' : this.takeSymbol('-') ? '-' : undefined;
    return { section: 'SET', text: `${path} = ${sign === undefined ? left : `${left} ${sign} ${this.operand()}`}` };
  }

  private or(): string {
    const parts = [this.and()];
    while (this.takeWord('OR')) parts.push(this.and());
    return parts.join(' OR ');
  }

  private and(): string {
    const parts = [this.not()];
    while (this.takeWord('AND')) parts.push(this.not());
    return parts.join(' AND ');
  }

  private not(): string {
    if (this.takeWord('NOT')) return `NOT ${this.not()}`;
    if (!this.takeSymbol('(')) return this.comparison();
    const inner = this.or();
    this.expectSymbol(')');
    return grouped(inner);
  }

  private comparison(): string {
    const left = this.operand();
    if (this.takeWord('IS')) {
      const not = this.takeWord('NOT');
      if (this.takeWord('MISSING')) return `${not ? 'attribute_exists' : 'attribute_not_exists'}(${left})`;
      this.expectWord('NULL');
      return `${not ? 'NOT ' : ''}attribute_type(${left}, ${this.value({ S: 'NULL' })})`;
    }
    if (this.takeWord('BETWEEN')) {
      const low = this.operand();
      this.expectWord('AND');
      return `${left} BETWEEN ${low} AND ${this.operand()}`;
    }
    if (this.takeWord('IN')) {
      const close = this.takeSymbol('[') ? ']' : ')';
      if (close === ')') this.expectSymbol('(');
      const list = this.list(() => this.operand());
      this.expectSymbol(close);
      return `${left} IN (${list.join(', ')})`;
    }
    const { kind, text } = this.token;
    if (kind === 'symbol' && ['=', '<>', '!=', '<', '<=', '>', '>='].includes(text)) {
      this.next();
      return `${left} ${text === '!=' ? '<>' : text} ${this.operand()}`;
    }
    return left;
  }

  private operand(): string {
    const { kind, text } = this.token;
    if (kind === 'word' && this.isFollowedBy('(')) {
      this.position += 2;
      const args = this.list(() => this.operand());
      this.expectSymbol(')');
      return `${text.toLowerCase()}(${args.join(', ')})`;
    }
    const isPath = kind === 'name' || (kind === 'word' && !['TRUE', 'FALSE', 'NULL'].includes(text.toUpperCase()));
    return isPath ? this.path() : this.value(this.literal());
  }

  /** Parses a document path to placeholders: a name may be a reserved word of expressions. */
  private path(): string {
    let path = this.placeholder(this.name());
    for (;;) {
      if (this.takeSymbol('.')) path += `.${this.placeholder(this.name())}`;
      else if (this.takeSymbol('[')) {
        const { kind, text } = this.next();
        path += kind === 'string' ? `.${this.placeholder(text)}` : `[${text}]`;
        this.expectSymbol(']');
      } else return path;
    }
  }

  private placeholder(name: string): string {
    const known = Object.keys(this.names).find((key) => this.names[key] === name);
    const key = known ?? `#n${Object.keys(this.names).length}`;
    this.names[key] = name;
    return key;
  }

  private value(value: AttributeValue): string {
    const key = `:v${this.count++}`;
    this.values[key] = value;
    return key;
  }

  private literal(): AttributeValue {
    const { kind, text } = this.next();
    if (kind === 'string') return { S: text };
    if (kind === 'number') return { N: text };
    if (kind === 'word') {
      const word = text.toUpperCase();
      if (word === 'TRUE' || word === 'FALSE') return { BOOL: word === 'TRUE' };
      if (word === 'NULL') return { NULL: true };
    }
    switch (kind === 'symbol' ? text : '') {
      case '?': {
        const given = this.parameters[this.parameter++];
        if (given === undefined) throw validation("Number of parameters in request and statement don't match.");
        return given;
      }
      case '-':
        return { N: `-${this.next().text}` };
      case '[':
        return { L: this.until(']', () => this.literal()) };
      case '{':
        return { M: Object.fromEntries(this.until('}', () => this.member())) };
      case '<<':
        return this.set();
      default:
        this.position--;
        return this.fail();
    }
  }

  private member(): [string, AttributeValue] {
    const name = this.next().text;
    this.expectSymbol(':');
    return [name, this.literal()];
  }

  private set(): AttributeValue {
    const members = this.until('>>', () => this.literal());
    const [first] = members;
    const type = first === undefined ? 'S' : typeOf(first);
    if (type !== 'S' && type !== 'N' && type !== 'B') throw malformed('a set has strings, numbers or binaries');
    return { [`${type}S`]: members.map((one) => one[type] as string) };
  }

  private placeholders(): Target['placeholders'] {
    return {
      ...(Object.keys(this.names).length > 0 && { ExpressionAttributeNames: this.names }),
      ...(Object.keys(this.values).length > 0 && { ExpressionAttributeValues: this.values }),
    };
  }
}
