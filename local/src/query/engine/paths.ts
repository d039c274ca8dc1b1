/** A path as the engine's readers take it, which see patterns in names: `a[1]*.parquet` must mean that file alone. */
export const literalPath = (path: string): string => path.replace(/[*?[]/g, '[$&]');
