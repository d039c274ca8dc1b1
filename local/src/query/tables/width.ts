import type { TrinoType } from '../types/type';

/**
 * Number of a table's leaves from which its files are read one at a time: the engine uses about 10 kB per leaf and open
 * file, however few rows there are.
 */
const WIDE = 1_000;
/** Most leaves of columns read at once: 50 kB each, for a vector of 2,048 values, its copies and the reader. */
const GROUP = 1_500;
/** Most leaves for a usual query's memory. */
const USUAL = 2_500;

export const isWide = (types: readonly TrinoType[]): boolean => sum(types.map(leavesOf)) > WIDE;

export const needsMemory = (types: readonly TrinoType[]): boolean => sum(types.map(leavesOf)) > USUAL;

/** Columns of a wide result, by index, in groups that are read one after the other; one group if it isn't wide. */
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

/** Number of leaves of a type in a columnar file. */
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
