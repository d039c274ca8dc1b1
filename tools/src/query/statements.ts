/**
 * The statements of a text, separated by semicolons; Athena takes one at a time. Semicolons in quotes and comments
 * don't separate, and a statement of comments alone is left out.
 */
export function statementsIn(sql: string): string[] {
  const token = /'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|--[^\n]*|\/\*[\s\S]*?\*\/|;|[^'"`;/-]+|[\s\S]/g;
  const found: string[] = [];
  let statement = '';
  let isEmpty = true;
  const end = () => {
    if (!isEmpty) found.push(statement.trim());
    statement = '';
    isEmpty = true;
  };
  for (const [text] of sql.matchAll(token)) {
    if (text === ';') end();
    else {
      statement += text;
      if (!/^(--|\/\*)/.test(text) && text.trim() !== '') isEmpty = false;
    }
  }
  end();
  return found;
}
