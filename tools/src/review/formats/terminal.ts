import type { AttributeChange, Review, ReviewedChange } from '../model';
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

export interface TerminalOptions {
  /** ANSI colours. @default false */
  readonly color?: boolean;
  /** Width for values. @default 100 */
  readonly width?: number;
  /** All attributes and findings, computed and accepted ones too. @default false */
  readonly full?: boolean;
}

const CODES = { red: 31, green: 32, yellow: 33, blue: 34, magenta: 35, dim: 2, bold: 1 } as const;
type Paint = (style: keyof typeof CODES, text: string) => string;

const ACTION_STYLE: Readonly<Record<string, keyof typeof CODES>> = {
  create: 'green',
  update: 'yellow',
  replace: 'red',
  renew: 'magenta',
  delete: 'red',
  forget: 'magenta',
  read: 'blue',
  unknown: 'magenta',
  'no-op': 'blue',
};

// Control and bidirectional characters: a plan's value could overwrite or reorder the printed review.
const STEERING = /(?![\t\n])[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;

function printable(review: Review): Review {
  const clean = (_: string, value: unknown) => (typeof value === 'string' ? value.replace(STEERING, '\ufffd') : value);
  return JSON.parse(JSON.stringify(review), clean) as Review;
}

/** The review for a terminal: verdict, data, changes, drift, security, cost, diagram. */
export function toTerminal(given: Review, options: TerminalOptions = {}): string {
  const review = printable(given);
  const paint: Paint = (style, text) => (options.color === true ? `\u001b[${CODES[style]}m${text}\u001b[0m` : text);
  const sections = [
    verdictSection(review, paint),
    dataSection(review, paint),
    list('Warnings', review.warnings, paint),
    changesSection('Changes', review.changes, paint, options),
    changesSection('Drift since the last apply', review.drift, paint, options),
    outputsSection(review, paint, options),
    securitySection(review, paint, options),
    costSection(review, paint),
    diagramSection(review, paint),
    list("What this review can't judge", review.blindSpots, paint),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

/** The summary alone: verdict, data, counts of findings, cost. */
export function toSummary(given: Review, options: TerminalOptions = {}): string {
  const review = printable(given);
  const paint: Paint = (style, text) => (options.color === true ? `\u001b[${CODES[style]}m${text}\u001b[0m` : text);
  const { before, after, difference } = review.cost;
  const rest = [
    `Security: ${findingCounts(review)}`,
    `Cost:     $${before.toFixed(2)} -> $${after.toFixed(2)} a month (${signedUsd(difference)})`,
  ];
  const sections = [
    verdictSection(review, paint),
    dataSection(review, paint),
    list('Warnings', review.warnings, paint),
    rest,
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n')}\n`;
}

function verdictSection(review: Review, paint: Paint): string[] {
  const style = review.dataImpacts.some(({ effect }) => effect === 'lost') ? 'red' : 'bold';
  const counts = VERDICT_WORDS.map(([key]) => `${key} ${review.verdict[key]}`).filter(
    (text) => !text.startsWith('unknown 0'),
  );
  return [paint('bold', titleOf(review)), paint(style, review.headline), paint('dim', counts.join('  '))];
}

const DATA_LABELS = {
  lost: { text: 'LOST', style: 'red' },
  gap: { text: 'GAP ', style: 'red' },
  unjudged: { text: '????', style: 'magenta' },
  risk: { text: 'RISK', style: 'yellow' },
} as const;

function dataSection(review: Review, paint: Paint): string[] {
  if (review.dataImpacts.length === 0) return [];
  const lines = review.dataImpacts.flatMap((impact) => {
    const label = DATA_LABELS[impact.effect];
    const forced = impact.forcedBy.length === 0 ? '' : ` (because of ${impact.forcedBy.join(', ')})`;
    return [
      `  ${paint(label.style, label.text)}  ${impact.address}: ${actionWord(impact)}${forced}`,
      `        ${impact.meaning}`,
    ];
  });
  return [paint('bold', 'Data'), ...lines];
}

function changesSection(
  title: string,
  changes: readonly ReviewedChange[],
  paint: Paint,
  options: TerminalOptions,
): string[] {
  if (changes.length === 0) return [];
  const lines = [paint('bold', title)];
  for (const [group, members] of grouped(changes)) {
    if (group !== '') lines.push(`  ${paint('bold', group)}`);
    for (const change of members) lines.push(...changeLines(change, paint, options));
  }
  return lines;
}

function changeLines(change: ReviewedChange, paint: Paint, options: TerminalOptions): string[] {
  const style = ACTION_STYLE[change.action] ?? 'blue';
  const said = remarks(change);
  const word = actionWord(change);
  const name = change.identity === undefined ? '' : paint('dim', ` "${cut(change.identity, 60)}"`);
  const head = `    ${paint(style, `${SYMBOLS[change.action].padStart(3)} ${word}`)} ${change.address}${name}${said.length === 0 ? '' : `, ${said.join(', ')}`}`;
  const width = options.width ?? 100;
  const { shown, hidden } = options.full === true ? { shown: change.attributes, hidden: '' } : brief(change);
  const lines = shown.flatMap((attribute) => {
    if (attribute.statements !== undefined) {
      return [
        `          ${attribute.path}: policy`,
        ...attribute.statements.flatMap(statementLines).map((line) => `            ${line}`),
      ];
    }
    const text = attributeText(attribute, width);
    return [`          ${attribute.forcesReplacement ? paint('red', text) : text}`];
  });
  if (hidden !== '') lines.push(paint('dim', `          ${hidden}`));
  return [head, ...lines];
}

/** Number of a new resource's attributes that are shown; the others are counted. */
const SHOWN_OF_NEW = 6;

// The first arguments of a new resource, or every change of an existing one.
function brief(change: ReviewedChange): { shown: readonly AttributeChange[]; hidden: string } {
  if (change.action !== 'create') return { shown: change.attributes, hidden: '' };
  const isNoise = ({ path, computed, statements }: AttributeChange) =>
    (computed && statements === undefined) || /^tags(_all)?\.|\(json\)/.test(path);
  const telling = change.attributes.filter((attribute) => !isNoise(attribute));
  const policies = telling.filter(({ statements }) => statements !== undefined);
  const shown = [...new Set([...telling.slice(0, SHOWN_OF_NEW), ...policies])];
  const computed = change.attributes.filter((attribute) => attribute.computed && !shown.includes(attribute)).length;
  const more = change.attributes.length - shown.length - computed;
  const parts = [more > 0 && `${more} more`, computed > 0 && `${computed} known after apply`];
  const hidden = parts.filter((part) => part !== false).join(', ');
  return { shown, hidden: hidden === '' ? '' : `(${hidden})` };
}

function outputsSection(review: Review, paint: Paint, options: TerminalOptions): string[] {
  if (review.outputs.length === 0) return [];
  const width = options.width ?? 100;
  const lines = review.outputs.map(({ name, action, before, after }) => {
    const value = [before, after]
      .filter((text) => text !== undefined)
      .map((text) => cut(text ?? '', width))
      .join(' -> ');
    return `  ${SYMBOLS[action].padStart(3)} ${name}: ${value}${action === 'delete' ? ' -> (removed)' : ''}`;
  });
  return [paint('bold', 'Outputs'), ...lines];
}

function securitySection(review: Review, paint: Paint, options: TerminalOptions): string[] {
  const style = { high: 'red', medium: 'yellow', low: 'dim', info: 'dim' } as const;
  const lines = review.findings
    .filter(({ accepted, severity }) => options.full === true || (accepted === undefined && severity !== 'info'))
    .flatMap((finding) => [
      `  ${paint(style[finding.severity], finding.severity.toUpperCase().padEnd(6))} ${finding.address}: ${finding.title} (${finding.detail}) [${finding.rule}]`,
      finding.accepted === undefined ? `         Fix: ${finding.fix}` : `         Accepted: ${finding.accepted}`,
    ]);
  return [
    paint('bold', `Security: ${findingCounts(review)}`),
    ...lines,
    ...review.acceptanceNotes.map((note) => `  Note: ${note}`),
  ];
}

function costSection(review: Review, paint: Paint): string[] {
  const { cost } = review;
  const width = Math.max(0, ...cost.items.map(({ address, item }) => `${address}: ${item}`.length));
  const lines = cost.items.map((entry) => {
    const name = `${entry.address}: ${entry.item}`.padEnd(width);
    const change =
      entry.before === entry.after
        ? `$${entry.after.toFixed(2)}`
        : `$${entry.before.toFixed(2)} -> $${entry.after.toFixed(2)}`;
    return `  ${name}  ${change}  ${paint('dim', entry.arithmetic)}`;
  });
  return [
    paint(
      'bold',
      `Cost: $${cost.before.toFixed(2)} -> $${cost.after.toFixed(2)} a month (${signedUsd(cost.difference)})`,
    ),
    ...lines,
    ...(cost.unpriced.length === 0 ? [] : [`  Not priced: ${cost.unpriced.join(', ')}`]),
    ...cost.assumptions.map((assumption) => paint('dim', `  ${assumption}`)),
    paint('dim', `  prices: ${cost.prices}`),
  ];
}

function diagramSection(review: Review, paint: Paint): string[] {
  const { nodes, edges, omitted } = review.diagram;
  const flows = edges.filter(({ kind }) => kind === 'data');
  if (nodes.length === 0 || flows.length === 0) return [];
  const actions = new Map(nodes.map(({ id, action }) => [id, action]));
  const mark = (id: string) => {
    const action = actions.get(id) ?? 'no-op';
    const symbol = SYMBOLS[action].trim();
    return symbol === '' ? id : paint(ACTION_STYLE[action] ?? 'blue', `${symbol} ${id}`);
  };
  const lines = flows.map(({ from, to, label }) => `  ${mark(from)} --${label ?? ''}--> ${mark(to)}`);
  return [paint('bold', 'Data flow'), ...lines, ...(omitted > 0 ? [`  (${omitted} resources not drawn)`] : [])];
}

function list(title: string, entries: readonly string[], paint: Paint): string[] {
  return entries.length === 0 ? [] : [paint('bold', title), ...entries.map((entry) => `  ${entry}`)];
}
