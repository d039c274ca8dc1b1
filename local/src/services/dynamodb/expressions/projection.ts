import type { Parsed, Path, PathPart } from './ast';
import { InvalidExpression } from './lexer';
import { bindPath, type Placeholders, problemOfPaths } from './placeholders';

/** Replaces placeholders and checks that no path contains another. @throws InvalidExpression */
export function bindProjection(
  { tree, error }: Parsed<readonly (readonly PathPart[])[]>,
  placeholders: Placeholders,
): readonly Path[] {
  if (error !== undefined) throw new InvalidExpression(error);
  const paths = tree.map((parts) =>
    bindPath(parts, placeholders, (problem) => {
      throw new InvalidExpression(problem);
    }),
  );
  checkPaths(paths);
  return paths;
}

/** @throws InvalidExpression for overlapping paths, then for conflicting ones */
export function checkPaths(paths: readonly Path[]): void {
  let conflict: string | undefined;
  for (const [index, path] of paths.entries()) {
    for (const earlier of paths.slice(0, index)) {
      const problem = problemOfPaths(earlier, path);
      if (problem !== undefined && 'overlap' in problem) throw new InvalidExpression(problem.overlap);
      conflict ??= problem?.conflict;
    }
  }
  if (conflict !== undefined) throw new InvalidExpression(conflict);
}
