import type { CsvMarks } from '../../row-settings';

/**
 * The fields of a line, by OpenCSVSerde's parser: a quote within quotes is doubled or escaped; text before an opening
 * quote is kept; a line that ends within quotes ends its field there.
 */
export function csvFields(line: string, { separator, quote, escape: escapeMark }: CsvMarks): string[] {
  const fields: string[] = [];
  let field = '';
  let isQuoted = false;
  for (let at = 0; at < line.length; at++) {
    const character = line.charAt(at);
    const next = line.charAt(at + 1);
    if (character === escapeMark && isQuoted && next !== '' && (next === quote || next === escapeMark)) {
      field += next;
      at++;
    } else if (character === quote) {
      if (isQuoted && next === quote) {
        field += quote;
        at++;
      } else isQuoted = !isQuoted;
    } else if (character === separator && !isQuoted) {
      fields.push(field);
      field = '';
    } else field += character;
  }
  fields.push(field);
  return fields;
}
