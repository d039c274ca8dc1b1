/** Finds key words in documents, whole words whatever their case, in time that grows with the document's length alone. */
export class KeyWords {
  private readonly words: readonly { readonly word: string; readonly lower: string }[];

  constructor(words: readonly string[]) {
    this.words = words.map((word) => ({ word, lower: word.toLowerCase() }));
  }

  /** The key words that stand in a document's values; the names of its fields don't count. */
  in(document: unknown): string[] {
    const text = valuesOf(document).toLowerCase();
    return this.words.filter(({ lower }) => holdsWord(text, lower)).map(({ word }) => word);
  }
}

/** All values of a document, a line each. A loop and not a recursion: a document may be nested as deep as it is long. */
function valuesOf(document: unknown): string {
  const values: string[] = [];
  const open: unknown[] = [document];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value === 'object' && value !== null) {
      for (const part of Object.values(value)) open.push(part);
    } else values.push(String(value));
  }
  return values.join('\n');
}

const LETTER = /[\p{L}\p{N}_]/u;

/** "Active" is no word of "Inactive". */
function holdsWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1)) {
    if (!LETTER.test(text.charAt(at - 1)) && !LETTER.test(text.charAt(at + word.length))) return true;
  }
  return false;
}
