import type { Review, ReviewedChange } from '../model';
import { VERDICT_WORDS } from '../verdict-text';
import {
  actionWord,
  attributeText,
  cut,
  findingCounts,
  grouped,
  remarks,
  SYMBOLS,
  signedUsd,
  statementLines,
  titleOf,
} from './common';

/** The review as Markdown for a pull request: the verdict first, long parts folded, the diagram as Mermaid. */
export function toMarkdown(review: Review): string {
  const sections = [
    [`## ${titleOf(review, code)}`, '', `**${plain(review.headline)}**`, '', verdictTable(review)],
    dataSection(review),
    bullets('### Warnings', review.warnings),
    changesSection('Changes', review.changes),
    changesSection('Drift since the last apply', review.drift),
    outputsSection(review),
    securitySection(review),
    costSection(review),
    diagramSection(review),
    bullets("### What this review can't judge", review.blindSpots),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function verdictTable(review: Review): string {
  const keys = VERDICT_WORDS.map(([key]) => key).filter((key) => key !== 'unknown' || review.verdict.unknown > 0);
  return [
    `| ${keys.join(' | ')} |`,
    `|${' ---: |'.repeat(keys.length)}`,
    `| ${keys.map((key) => review.verdict[key]).join(' | ')} |`,
  ].join('\n');
}

function dataSection(review: Review): string[] {
  if (review.dataImpacts.length === 0) return [];
  const words = { lost: '**lost**', gap: '**gap**', unjudged: '**not judged**', risk: 'risk' } as const;
  const rows = review.dataImpacts.map(({ address, action, effect, forcedBy, meaning }) => {
    const because = forcedBy.length === 0 ? '' : `, because of ${forcedBy.map(code).join(', ')}`;
    return `| ${words[effect]} | ${code(address)} | ${actionWord({ action })}${because} | ${plain(meaning)} |`;
  });
  return ['### Data', '', '| | resource | change | what it means |', '| --- | --- | --- | --- |', ...rows];
}

function changesSection(title: string, changes: readonly ReviewedChange[]): string[] {
  if (changes.length === 0) return [];
  const lines = [`### ${title}`];
  for (const [group, members] of grouped(changes)) {
    if (group !== '') lines.push('', `#### ${plain(group)}`);
    for (const change of members) lines.push('', ...changeLines(change));
  }
  return lines;
}

function changeLines(change: ReviewedChange): string[] {
  const said = remarks(change).map((remark) => plain(remark));
  const head =
    `${SYMBOLS[change.action].trim()} ${actionWord(change)} ${code(change.address)}${said.length === 0 ? '' : `, ${said.join(', ')}`}`.trim();
  if (change.attributes.length === 0) return [`- ${head}`];
  const body = change.attributes.flatMap((attribute) => {
    const sign = attribute.kind === 'add' ? '+' : attribute.kind === 'remove' ? '-' : '!';
    if (attribute.statements === undefined) return [`${sign} ${attributeText(attribute, 120)}`];
    return [`! ${attribute.path}: policy`, ...attribute.statements.flatMap(statementLines).map((line) => `  ${line}`)];
  });
  return ['<details><summary>', '', head, '', '</summary>', '', fence(body, 'diff'), '', '</details>'];
}

function outputsSection(review: Review): string[] {
  if (review.outputs.length === 0) return [];
  const rows = review.outputs.map(
    ({ name, action, before, after }) => `| ${action} | ${code(name)} | ${cell(before)} | ${cell(after)} |`,
  );
  return ['### Outputs', '', '| | output | before | after |', '| --- | --- | --- | --- |', ...rows];
}

function securitySection(review: Review): string[] {
  const rows = review.findings.map((finding) => {
    const last = finding.accepted === undefined ? finding.fix : `accepted: ${finding.accepted}`;
    const detail = `${plain(finding.title)}: ${plain(finding.detail)} (${code(finding.rule)}; ${plain(finding.source)})`;
    return `| ${finding.accepted === undefined ? finding.severity : `~~${finding.severity}~~`} | ${code(finding.address)} | ${detail} | ${plain(last)} |`;
  });
  const table =
    rows.length === 0 ? [] : ['', '| severity | resource | finding | fix |', '| --- | --- | --- | --- |', ...rows];
  const notes = review.acceptanceNotes.flatMap((note) => ['', `Note: ${plain(note)}`]);
  return [`### Security: ${findingCounts(review)}`, ...table, ...notes];
}

function costSection(review: Review): string[] {
  const { cost } = review;
  const rows = cost.items.map(
    ({ address, item, arithmetic, before, after }) =>
      `| ${code(address)} | ${plain(item)} | ${plain(arithmetic)} | $${before.toFixed(2)} | $${after.toFixed(2)} |`,
  );
  const table =
    rows.length === 0
      ? []
      : ['', '| resource | item | arithmetic | before | after |', '| --- | --- | --- | ---: | ---: |', ...rows];
  const notes = [
    ...(cost.unpriced.length === 0 ? [] : [`Not priced: ${cost.unpriced.join(', ')}.`]),
    ...cost.assumptions,
    `Prices: ${cost.prices}.`,
  ];
  const difference = `$${cost.before.toFixed(2)} → $${cost.after.toFixed(2)} a month (${signedUsd(cost.difference)})`;
  return [`### Cost: ${difference}`, ...table, '', ...notes.map((note) => `- ${plain(note)}`)];
}

/** The diagram as Mermaid; a user of the terminal format can paste it elsewhere. */
export function mermaid(review: Review): string {
  const ids = new Map(review.diagram.nodes.map((node, index) => [node.id, `n${index}`]));
  const nodes = review.diagram.nodes.map(({ id, label, type, action }) => {
    const text = `${SYMBOLS[action].trim()} ${label}`.trim().replace(/["<>]/g, ' ');
    return `  ${ids.get(id)}["${text}<br/><small>${type}</small>"]:::${action.replace('-', '')}`;
  });
  const edges = review.diagram.edges.map(({ from, to, kind, label }) =>
    kind === 'data'
      ? `  ${ids.get(from)} ==>|${label ?? ''}| ${ids.get(to)}`
      : `  ${ids.get(from)} -.-> ${ids.get(to)}`,
  );
  return ['flowchart LR', ...nodes, ...edges, ...CLASSES].join('\n');
}

const CLASSES = [
  '  classDef create fill:#dcfce7,stroke:#15803d',
  '  classDef update fill:#fef9c3,stroke:#a16207',
  '  classDef replace fill:#fee2e2,stroke:#b91c1c,stroke-width:3px',
  '  classDef delete fill:#fee2e2,stroke:#b91c1c,stroke-dasharray:4',
  '  classDef forget fill:#f3e8ff,stroke:#7e22ce',
  '  classDef unknown fill:#f3e8ff,stroke:#7e22ce',
  '  classDef noop fill:#f8fafc,stroke:#94a3b8',
];

function diagramSection(review: Review): string[] {
  const { nodes, omitted } = review.diagram;
  if (nodes.length === 0) return [];
  const note = omitted > 0 ? ['', `${omitted} resources are not drawn.`] : [];
  return ['### Diagram', '', fence([mermaid(review)], 'mermaid'), ...note];
}

function bullets(title: string, entries: readonly string[]): string[] {
  return entries.length === 0 ? [] : [title, '', ...entries.map((entry) => `- ${plain(entry)}`)];
}

// A fence longer than any run of backticks inside, so that the content can't close it.
function fence(lines: readonly string[], language: string): string {
  const body = lines.join('\n');
  const longest = Math.max(2, ...[...body.matchAll(/`+/g)].map((match) => match[0].length));
  const ticks = '`'.repeat(longest + 1);
  return `${ticks}${language}\n${body}\n${ticks}`;
}

function code(text: string): string {
  const safe = text.replace(/\|/g, '\\|').replace(/\s+/g, ' ');
  return safe.includes('`') ? `\`\` ${safe} \`\`` : `\`${safe}\``;
}

function cell(text: string | undefined): string {
  return text === undefined || text === '' ? '' : code(cut(text, 120));
}

/** Text with Markdown and HTML escaped: a plan's values are untrusted. */
function plain(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_{}[\]<>|#]/g, (character) => `\\${character}`)
    .replace(/@/g, '@\u200b');
}
