/** Declared here: the package has types, but its `exports` hide them. */
declare module 'ordered-binary' {
  type Key = Key[] | string | symbol | number | boolean | Uint8Array;
  export const encoder: {
    writeKey(key: Key, target: Uint8Array, position: number, inSequence?: boolean): number;
    readKey(buffer: Uint8Array, start: number, end?: number, inSequence?: boolean): Key;
  };
}
