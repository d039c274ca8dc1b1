/** Finds key words in documents: whole words in any case, in time proportional to the document's length. */
export class KeyWords {
  private readonly words: readonly { readonly word: string; readonly lower: string }[];

  constructor(words: readonly string[]) {
    this.words = words.map((word) => ({ word, lower: word.toLowerCase() }));
  }

  /** The key words in a document's values; its field names don't count. */
  in(document: unknown): string[] {
    const text = valuesOf(document).toLowerCase();
    return this.words.filter(({ lower }) => holdsWord(text, lower)).map(({ word }) => word);
  }
}

/** All values of a document, one a line. A loop, not a recursion: deep nesting would overflow the stack. */
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

/** Whole words only: "Inactive" doesn't match "Active". */
function holdsWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1)) {
    if (!LETTER.test(text.charAt(at - 1)) && !LETTER.test(text.charAt(at + word.length))) return true;
  }
  return false;
}
