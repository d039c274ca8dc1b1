/**
 * Repairs the errors of cdktf's HCL renderer (0.21, the last one): Terraform refuses to read them, or reads something
 * else than in the JSON.
 *
 * - Quotes in a text that also holds a reference are not escaped: policies and dashboards.
 * - A text of several lines becomes a heredoc, which ends with a line break that the text does not have: queries.
 * - Preconditions are written as a list, where Terraform has blocks.
 * - References in `depends_on` and `ignore_changes` are quoted, which is deprecated.
 */
export function repairHcl(hcl: string): string {
  return unquoteReferences(preconditionBlocks(escapeTexts(quoteHeredocs(hcl))));
}

/** Removes the local backend, whose path names the project's folder: the state is then beside the configuration. */
export function withoutLocalBackend(hcl: string): string {
  return hcl.replace(/^[ \t]*backend "local" \{[^}]*\}\n/m, '');
}

/** A text as an HCL string: `${…}` is code and stays; `$${` escapes a literal `${`. */
function quoted(text: string): string {
  const parts = text.split(/(\$?\$\{[^}]*\})/);
  const escaped = parts.map((part, index) =>
    index % 2 === 1 ? part : part.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n'),
  );
  return `"${escaped.join('')}"`;
}

function quoteHeredocs(hcl: string): string {
  return hcl.replace(/<<EOF\n([\s\S]*?)\nEOF$/gm, (_, text: string) => quoted(text));
}

/** Escapes quotes in texts with references; other texts are rendered correctly. */
function escapeTexts(hcl: string): string {
  return hcl.replace(/^(\s*(?:"[^"]*"|[\w-]+) = )"(.*)"$/gm, (line, name: string, text: string) =>
    /(?<!\\)"/.test(text) ? `${name}${quoted(text)}` : line,
  );
}

function preconditionBlocks(hcl: string): string {
  return hcl.replace(/^[ \t]*precondition = \[\n([\s\S]*?)\n\]$/gm, (_, items: string) =>
    items.replace(/^\{$/gm, 'precondition {').replace(/^\},$/gm, '}'),
  );
}

function unquoteReferences(hcl: string): string {
  return hcl.replace(
    /^(\s*(?:depends_on|ignore_changes) = \[)([\s\S]*?)\]/gm,
    (_, start: string, items: string) => `${start}${items.replaceAll('"', '')}]`,
  );
}
