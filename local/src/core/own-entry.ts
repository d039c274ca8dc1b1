/** A table's entry by a caller's name. `constructor` and the like, which every object has, name nothing. */
export const ownEntry = <T>(table: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;
