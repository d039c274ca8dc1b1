/** Words of one item at most: each is an item of its own in the index, and costs a write. */
const MOST_WORDS = 20;
/** Letters by which words are spread over the index's partitions; a search needs as many. */
export const LETTERS = 2;

/** The words of texts as they are searched for: lower case, without accents, each once, of two letters or more. */
export function wordsOf(...texts: readonly string[]): string[] {
  const plain = texts.join(' ').normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const words = plain.split(/[^\p{L}\p{N}]+/u).filter((word) => [...word].length >= LETTERS);
  return [...new Set(words)].slice(0, MOST_WORDS);
}

/** The key of a word of an item in the index. Items of a word lie beside each other, and words that begin alike, too. */
export function entryOf(word: string, id: string): { readonly letters: string; readonly entry: string } {
  return { letters: [...word].slice(0, LETTERS).join(''), entry: `${word}#${id}` };
}
