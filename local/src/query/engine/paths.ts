/**
 * Escapes a path for the engine's readers, which take names for patterns: `a[1]*.parquet` must mean that file alone.
 */
export const literalPath = (path: string): string => path.replace(/[*?[]/g, '[$&]');
