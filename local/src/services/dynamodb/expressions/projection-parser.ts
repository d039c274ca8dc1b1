import type { Parsed, PathPart } from './ast';
import { Parser } from './parser';

const NONE: ReadonlySet<string> = new Set();

/** Parses the paths of a projection ("Using projection expressions"). @throws InvalidExpression for a syntax error */
export function parseProjection(text: string): Parsed<readonly (readonly PathPart[])[]> {
  const parser = new ProjectionParser(text);
  const tree = parser.parse();
  return { tree, error: parser.errors.reserved };
}

class ProjectionParser extends Parser {
  constructor(text: string) {
    super(text, NONE, NONE);
  }

  parse(): readonly (readonly PathPart[])[] {
    const paths = this.list(() => this.path());
    this.expectEnd();
    return paths;
  }
}
