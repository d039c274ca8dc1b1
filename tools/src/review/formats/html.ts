import type { AttributeChange, Review, ReviewedChange } from '../model';
import { VERDICT_WORDS } from '../verdict-text';
import { actionWord, cut, findingCounts, grouped, remarks, SYMBOLS, signedUsd, statementLines } from './common';
import { quietNodes, escapeHtml as text, toSvg } from './diagram-svg';
import { STYLE } from './html-style';

/**
 * The review as one HTML file: styles and picture inside, no script; a content security policy forbids loading
 * anything.
 */
export function toHtml(review: Review): string {
  const title = review.stack === undefined ? 'Plan review' : `Plan review: ${review.stack}`;
  const body = [
    header(review, title),
    dataSection(review),
    listSection('Warnings', review.warnings),
    diagramSection(review),
    changesSection('Changes', review.changes, true),
    changesSection('Drift since the last apply', review.drift, false),
    outputsSection(review),
    securitySection(review),
    costSection(review),
    listSection("What this review can't judge", review.blindSpots),
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${text(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${body.filter((section) => section !== '').join('\n')}
</main>
</body>
</html>
`;
}

function header(review: Review, title: string): string {
  const made = [
    review.target === undefined
      ? ''
      : `account ${review.target.account}, ${review.target.region}${review.target.endpoint === undefined ? '' : ` at ${review.target.endpoint}`}`,
    review.plannedAt === undefined ? '' : `planned ${review.plannedAt}`,
    review.terraformVersion === undefined ? '' : `Terraform ${review.terraformVersion}`,
  ].filter((part) => part !== '');
  const counts = VERDICT_WORDS.filter(([key]) => key !== 'unknown' || review.verdict.unknown > 0).map(
    ([key]) =>
      `<li class="${key}${review.verdict[key] === 0 ? ' zero' : ''}"><b>${review.verdict[key]}</b> ${key}</li>`,
  );
  const danger = review.dataImpacts.some(({ effect }) => effect !== 'risk') ? ' class="danger"' : '';
  return `<header><h1>${text(title)}</h1><p class="made">${text(made.join(', '))}</p>
<p id="verdict"${danger}>${text(review.headline)}</p>
<ul class="counts">${counts.join('')}</ul></header>`;
}

function dataSection(review: Review): string {
  if (review.dataImpacts.length === 0) return '';
  const rows = review.dataImpacts.map(({ effect, address, action, forcedBy, meaning }) => {
    const because = forcedBy.length === 0 ? '' : ` because of ${forcedBy.map(code).join(', ')}`;
    return `<tr><td class="effect ${effect}">${effect === 'unjudged' ? 'not judged' : effect}</td><td>${code(address)}<br>${actionWord({ action })}${because}</td><td>${text(meaning)}</td></tr>`;
  });
  return section('Data', table(['data', 'resource', 'what it means'], rows));
}

function changesSection(title: string, changes: readonly ReviewedChange[], open: boolean): string {
  if (changes.length === 0) return '';
  // Groups are folded on a page of many changes, and open on a short one.
  const unfolded = open && changes.length <= 30;
  const groups = grouped(changes).map(([group, members]) => {
    const heading = group === '' ? '' : `<h3>${text(group)}</h3>`;
    return heading + members.map((change) => changeHtml(change, unfolded && change.action !== 'create')).join('\n');
  });
  return section(title, groups.join('\n'));
}

function changeHtml(change: ReviewedChange, open: boolean): string {
  const said = remarks(change).map((remark) => `<span class="remark">${text(remark)}</span>`);
  const name = change.identity === undefined ? '' : ` <span class="identity">${text(cut(change.identity, 80))}</span>`;
  const head = `<span class="mark ${change.action}">${text(SYMBOLS[change.action].trim())} ${actionWord(change)}</span> ${code(change.address)}${name} ${said.join(' ')}`;
  if (change.attributes.length === 0) return `<p class="change">${head}</p>`;
  const rows = change.attributes.map(attributeRow);
  return `<details${open ? ' open' : ''}><summary>${head}</summary>${table(['attribute', 'before', 'after'], rows)}</details>`;
}

function attributeRow(attribute: AttributeChange): string {
  const forced = attribute.forcesReplacement ? ' <b class="forces">forces replacement</b>' : '';
  const name = `<td><code>${text(attribute.path)}</code>${forced}</td>`;
  if (attribute.statements !== undefined) {
    const lines = attribute.statements.flatMap(statementLines).map((line) => {
      const sign = line.trim()[0];
      const kind = sign === '+' ? 'add' : sign === '-' ? 'remove' : '';
      return `<span class="${kind}">${text(line)}</span>`;
    });
    return `<tr>${name}<td colspan="2"><pre>${lines.join('\n')}</pre></td></tr>`;
  }
  const value = (shown: string | undefined, kind: string) =>
    `<td class="${kind}">${shown === undefined ? '' : text(cut(shown, 600))}</td>`;
  return `<tr>${name}${value(attribute.before, 'remove')}${value(attribute.after, attribute.computed ? 'computed' : 'add')}</tr>`;
}

function outputsSection(review: Review): string {
  if (review.outputs.length === 0) return '';
  const rows = review.outputs.map(
    ({ name, action, before, after }) =>
      `<tr><td>${action}</td><td>${code(name)}</td><td>${text(cut(before ?? '', 300))}</td><td>${text(cut(after ?? '', 300))}</td></tr>`,
  );
  return section('Outputs', table(['action', 'output', 'before', 'after'], rows));
}

function securitySection(review: Review): string {
  const rows = review.findings.map(({ rule, severity, title, address, detail, fix, source, accepted }) => {
    const last = accepted === undefined ? text(fix) : `accepted: ${text(accepted)}`;
    const about = `${text(title)}: ${text(detail)}<br><small>${code(rule)}, ${text(source)}</small>`;
    return `<tr${accepted === undefined ? '' : ' class="accepted"'}><td class="severity ${severity}">${severity}</td><td>${code(address)}</td><td>${about}</td><td>${last}</td></tr>`;
  });
  const notes = review.acceptanceNotes.map((note) => `<p>${text(note)}</p>`).join('');
  const found = rows.length === 0 ? '' : table(['severity', 'resource', 'finding', 'fix'], rows);
  return section(`Security: ${findingCounts(review)}`, found + notes);
}

function costSection(review: Review): string {
  const { cost } = review;
  const rows = cost.items.map(
    ({ address, item, arithmetic, before, after }) =>
      `<tr><td>${code(address)}</td><td>${text(item)}</td><td>${text(arithmetic)}</td><td class="usd">${before.toFixed(2)}</td><td class="usd">${after.toFixed(2)}</td></tr>`,
  );
  const unpriced = cost.unpriced.length === 0 ? [] : [`Not priced: ${cost.unpriced.join(', ')}`];
  const notes = [...unpriced, ...cost.assumptions, `Prices: ${cost.prices}`].map((note) => `<li>${text(note)}</li>`);
  const priced = rows.length === 0 ? '' : table(['resource', 'item', 'arithmetic', 'before, $', 'after, $'], rows);
  const title = `Cost: $${cost.before.toFixed(2)} to $${cost.after.toFixed(2)} a month (${signedUsd(cost.difference)})`;
  return section(title, `${priced}<ul>${notes.join('')}</ul>`);
}

function diagramSection(review: Review): string {
  const svg = toSvg(review.diagram);
  if (svg === '') return '';
  const left = review.diagram.omitted + quietNodes(review.diagram);
  const omitted = left > 0 ? `<p>${left} more resources, unchanged or too many, are not drawn.</p>` : '';
  return section('Resources and data flow', `<div class="scroll" tabindex="0">${svg}</div>${omitted}`);
}

function listSection(title: string, entries: readonly string[]): string {
  if (entries.length === 0) return '';
  return section(title, `<ul>${entries.map((entry) => `<li>${text(entry)}</li>`).join('')}</ul>`);
}

function section(title: string, content: string): string {
  return `<section><h2>${text(title)}</h2>\n${content}\n</section>`;
}

function table(head: readonly string[], rows: readonly string[]): string {
  const cells = head.map((name) => `<th>${text(name)}</th>`).join('');
  return `<div class="scroll" tabindex="0"><table><thead><tr>${cells}</tr></thead><tbody>\n${rows.join('\n')}\n</tbody></table></div>`;
}

function code(value: string): string {
  return `<code>${text(value)}</code>`;
}
