import type { DataFile, Manifest } from '../format/manifests';
import type { BoundField } from '../format/partition-spec';
import type { IcebergType, Schema } from '../format/schema';
import { applyTransform, keepsOrder } from '../format/transforms';
import { compareValues, type Value, valueFromBytes, valueFromText } from '../format/values';

export type Comparison = '=' | '<' | '<=' | '>' | '>=';

/**
 * A condition on a table's columns by which files are skipped. Values are texts in SQL's notation. A part that has no
 * such form may be left out of an `and`; an `or` with such a part has no form at all.
 */
export type Predicate = Simple | { readonly kind: 'and' | 'or'; readonly parts: readonly Predicate[] };

type Simple =
  | { readonly kind: 'compare'; readonly column: string; readonly operator: Comparison; readonly value: string }
  | { readonly kind: 'in'; readonly column: string; readonly values: readonly string[] }
  | { readonly kind: 'null'; readonly column: string; readonly negated: boolean };

/** Bounds on the values of a column, or of a partition field, in some files. */
interface Range {
  readonly lower?: Value;
  readonly upper?: Value;
  readonly mayBeNull: boolean;
  readonly mayBeValue: boolean;
  /** NaN lies outside of all bounds. */
  readonly mayBeNan: boolean;
}

/** Skips manifests and files without a row for which all predicates can hold. */
export class Pruner {
  constructor(
    private readonly predicates: readonly Predicate[],
    private readonly schema: Schema,
  ) {}

  manifestMayMatch(manifest: Manifest, fields: readonly BoundField[]): boolean {
    if (manifest.partitions.length !== fields.length) return true;
    const ranges = fields.map(({ result }, index): Range => {
      const summary = manifest.partitions[index];
      const bound = (bytes: Buffer | undefined) => bytes && valueFromBytes(result, bytes);
      return {
        lower: bound(summary?.lower),
        upper: bound(summary?.upper),
        mayBeNull: summary?.containsNull ?? true,
        mayBeValue: summary?.lower !== undefined || summary?.containsNan !== false,
        mayBeNan: summary?.containsNan ?? true,
      };
    });
    return this.predicates.every((predicate) => this.test(predicate, fields, ranges, undefined));
  }

  fileMayMatch(file: DataFile, fields: readonly BoundField[]): boolean {
    const ranges = fields.map((_field, index): Range => {
      const value = file.partition[index] ?? undefined;
      const mayBeNan = typeof value === 'number' && Number.isNaN(value);
      return { lower: value, upper: value, mayBeNull: value === undefined, mayBeValue: value !== undefined, mayBeNan };
    });
    return this.predicates.every((predicate) => this.test(predicate, fields, ranges, file));
  }

  private test(
    predicate: Predicate,
    fields: readonly BoundField[],
    ranges: readonly Range[],
    file: DataFile | undefined,
  ): boolean {
    if ('parts' in predicate) {
      const passes = (part: Predicate) => this.test(part, fields, ranges, file);
      return predicate.kind === 'and' ? predicate.parts.every(passes) : predicate.parts.some(passes);
    }
    const column = this.schema.fields.find(({ name }) => name.toLowerCase() === predicate.column);
    if (column === undefined || typeof column.type !== 'string') return true;
    const byPartition = fields.every((field, index) => {
      const range = ranges[index];
      return field.sourceId !== column.id || range === undefined || partitionAdmits(predicate, field, range);
    });
    if (!byPartition) return false;
    return file === undefined || admits(predicate, column.type, rangeOf(file, column.id, column.type));
  }
}

function rangeOf(file: DataFile, id: number, type: IcebergType): Range {
  const bound = (bytes: Buffer | undefined) => bytes && valueFromBytes(type, bytes);
  const [nulls, values] = [file.nullCounts.get(id), file.valueCounts.get(id)];
  return {
    lower: bound(file.lower.get(id)),
    upper: bound(file.upper.get(id)),
    mayBeNull: nulls === undefined || nulls > 0,
    mayBeValue: nulls === undefined || values === undefined || nulls < values,
    mayBeNan: (type === 'float' || type === 'double') && file.nanCounts.get(id) !== 0,
  };
}

function admits(predicate: Simple, type: IcebergType, range: Range): boolean {
  if (predicate.kind === 'null') return predicate.negated ? range.mayBeValue : range.mayBeNull;
  if (!range.mayBeValue) return false;
  // A literal is compared to a float as a double, and rounding of the bounds isn't specified: never skip.
  if (type === 'float') return true;
  if (predicate.kind === 'in') return predicate.values.some((value) => compares('=', literalOf(type, value), range));
  return compares(predicate.operator, literalOf(type, predicate.value), range);
}

function partitionAdmits(predicate: Simple, { transform, source }: BoundField, range: Range): boolean {
  if (transform.name === 'void') return true;
  // A partition value is null if and only if the column's is.
  if (predicate.kind === 'null') return predicate.negated ? range.mayBeValue : range.mayBeNull;
  if (!range.mayBeValue) return false;
  if (source === 'float') return true;
  const through = (text: string): Value | undefined => {
    const value = literalOf(source, text);
    return value === undefined ? undefined : (applyTransform(transform, source, value) ?? undefined);
  };
  if (predicate.kind === 'in') return predicate.values.some((value) => compares('=', through(value), range));
  const { operator, value } = predicate;
  if (operator === '=') return compares('=', through(value), range);
  if (!keepsOrder(transform)) return true;
  // A partition may hold smaller and greater values: `< v` includes the partition of v itself.
  const loose = transform.name === 'identity' ? operator : (`${operator[0]}=` as Comparison);
  return compares(loose, through(value), range);
}

function literalOf(type: IcebergType, text: string): Value | undefined {
  // A date never equals a timestamp within the day: no pruning by such a literal.
  if (type === 'date' && !/^\d{4}-\d{2}-\d{2}(?:[ T]00:00(?::00(?:\.0+)?)?)?$/.test(text)) return undefined;
  return valueFromText(type, text);
}

function compares(operator: Comparison, value: Value | undefined, { lower, upper, mayBeNan }: Range): boolean {
  if (value === undefined) return true;
  const aboveLower = lower === undefined ? 1 : compareValues(value, lower);
  const belowUpper = upper === undefined ? 1 : compareValues(upper, value);
  switch (operator) {
    case '=':
      return aboveLower >= 0 && belowUpper >= 0;
    case '<':
      return aboveLower > 0;
    case '<=':
      return aboveLower >= 0;
    case '>':
      return mayBeNan || belowUpper > 0;
    case '>=':
      return mayBeNan || belowUpper >= 0;
  }
}
