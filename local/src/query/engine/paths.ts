/**
 * Escapes a path for the engine's readers, which take names for patterns: `a[1]*.parquet` must mean that file alone.
 */
export const literalPath = (path: string): string => path.replace(/[*?[]/g, '[$&]');

/** Most files that are allowed one by one: the engine takes 0.1 ms per path; beyond, their folders are allowed. */
const MAX_ALLOWED_PATHS = 64;

/** The part of a query's sources that allows these files to be read. */
export function reachOf(paths: readonly string[]): { readonly files: readonly string[]; readonly folders: string[] } {
  if (paths.length <= MAX_ALLOWED_PATHS) return { files: paths, folders: [] };
  return { files: [], folders: [...new Set(paths.map(folderOf))] };
}

const folderOf = (path: string) => path.slice(0, Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
