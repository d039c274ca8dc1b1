import type { Action, Condition, Parsed, PathPart } from './ast';
import { parseCondition } from './condition-parser';
import { InvalidExpression } from './lexer';
import { parseProjection } from './projection-parser';
import { parseUpdate } from './update-parser';

/** Most cached expressions: programs have few, and send them with each request. */
const MAX_CACHED = 500;

/** Cache of parsed expressions by text, least recently used ones dropped. */
class Cache<T> {
  private readonly entries = new Map<string, Parsed<T> | InvalidExpression>();

  constructor(private readonly parse: (text: string) => Parsed<T>) {}

  /** @throws InvalidExpression */
  get(text: string): Parsed<T> {
    let entry = this.entries.get(text);
    if (entry === undefined) {
      entry = this.parsed(text);
      const [oldest] = this.entries.keys();
      if (this.entries.size >= MAX_CACHED && oldest !== undefined) this.entries.delete(oldest);
    } else this.entries.delete(text);
    this.entries.set(text, entry);
    if (entry instanceof InvalidExpression) throw entry;
    return entry;
  }

  private parsed(text: string): Parsed<T> | InvalidExpression {
    try {
      return this.parse(text);
    } catch (error) {
      if (error instanceof InvalidExpression) return error;
      throw error;
    }
  }
}

export const conditions = new Cache<Condition>(parseCondition);
export const updates = new Cache<readonly Action[]>(parseUpdate);
export const projections = new Cache<readonly (readonly PathPart[])[]>(parseProjection);
