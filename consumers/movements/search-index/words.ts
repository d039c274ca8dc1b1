/** Most words of one item: each is an item in the index, and costs a write. */
const MOST_WORDS = 20;
/** First letters of a word that form the index's partition key; a search needs at least as many. */
export const LETTERS = 2;

/** The words of texts, normalized for searching: lower case, without accents, unique, of two letters or more. */
export function wordsOf(...texts: readonly string[]): string[] {
  const plain = texts.join(' ').normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const words = plain.split(/[^\p{L}\p{N}]+/u).filter((word) => [...word].length >= LETTERS);
  return [...new Set(words)].slice(0, MOST_WORDS);
}

/** The index's key for a word of an item. Items of one word are neighbours, as are words with the same beginning. */
export function entryOf(word: string, id: string): { readonly letters: string; readonly entry: string } {
  return { letters: [...word].slice(0, LETTERS).join(''), entry: `${word}#${id}` };
}
