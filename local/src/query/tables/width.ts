import type { TrinoType } from '../types/type';

/**
 * Leaves of a table from which on its files are read one at a time: the engine keeps about 10 kB of each leaf for each
 * file that it holds open, however few rows there are.
 */
const WIDE = 1_000;
/** Leaves of columns that are read at once: 50 kB each, for a vector of 2,048 values, its copies and the reader. */
const GROUP = 1_500;
/** Leaves that a usual query's memory isn't enough for. */
const USUAL = 2_500;

export const isWide = (types: readonly TrinoType[]): boolean => sum(types.map(leavesOf)) > WIDE;

export const needsMemory = (types: readonly TrinoType[]): boolean => sum(types.map(leavesOf)) > USUAL;

/** Columns of a wide result as groups that are read one after the other, by their numbers; one group if it isn't wide. */
export function columnGroups(types: readonly TrinoType[]): number[] {
  const groups: number[] = [];
  let [count, leaves] = [0, 0];
  for (const type of types) {
    const own = leavesOf(type);
    if (count > 0 && leaves + own > GROUP) {
      groups.push(count);
      [count, leaves] = [0, 0];
    }
    count++;
    leaves += own;
  }
  return [...groups, count];
}

/** Columns that a value of this type takes in a file of columns. */
export function leavesOf(type: TrinoType): number {
  switch (type.kind) {
    case 'array':
      return leavesOf(type.of);
    case 'map':
      return leavesOf(type.key) + leavesOf(type.value);
    case 'row':
      return sum(type.fields.map((field) => leavesOf(field.type)));
    default:
      return 1;
  }
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
