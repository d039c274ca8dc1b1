import type { Review } from '../model';
import type { Finding, Severity } from '../security/finding';
import { actionWord } from './common';

const LEVEL: Readonly<Record<Severity, string>> = { high: 'error', medium: 'warning', low: 'note', info: 'note' };
// Security severity, by which code scanning sorts.
const SCORE: Readonly<Record<Severity, string>> = { high: '8.0', medium: '5.5', low: '3.0', info: '1.0' };
const DATA_RULE = 'LH-DATA-LOSS';

/**
 * Findings and data losses as SARIF 2.1.0 for code scanning. A plan has no lines, so a result points at the file it is
 * about (`artifact`) and names the resource as its logical location; accepted findings are suppressed with their reason.
 *
 * @param artifact path, relative to the repository, that results are shown at
 */
export function toSarif(review: Review, artifact = 'cdktf.json'): string {
  const rules = [...new Map(review.findings.map((finding) => [finding.rule, finding])).values()].map(ruleOf);
  const losses = review.dataImpacts.filter(({ effect }) => effect !== 'risk');
  const results = [
    ...review.findings.map((finding) => resultOf(finding, artifact)),
    ...losses.map(({ address, action, effect, meaning }) => ({
      ruleId: DATA_RULE,
      level: effect === 'unjudged' ? 'warning' : 'error',
      message: { text: `${address} (${actionWord({ action })}): ${meaning}` },
      locations: [location(address, artifact)],
    })),
  ];
  const dataRule = {
    id: DATA_RULE,
    shortDescription: { text: 'The plan destroys or interrupts data' },
    properties: { 'security-severity': SCORE.high },
  };
  const driver = {
    name: 'lakehouse-review',
    informationUri: 'https://developer.hashicorp.com/terraform/internals/json-format',
    rules: losses.length === 0 ? rules : [...rules, dataRule],
  };
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{ tool: { driver }, results }],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function ruleOf({ rule, title, fix, source, severity }: Finding) {
  return {
    id: rule,
    shortDescription: { text: title },
    fullDescription: { text: `${title}. Source: ${source}.` },
    help: { text: fix },
    defaultConfiguration: { level: LEVEL[severity] },
    properties: { 'security-severity': SCORE[severity], tags: ['security'] },
  };
}

function resultOf(finding: Finding, artifact: string) {
  const { rule, severity, title, detail, address, accepted } = finding;
  return {
    ruleId: rule,
    level: LEVEL[severity],
    message: { text: `${title}: ${detail} (${address})` },
    locations: [location(address, artifact)],
    partialFingerprints: { ruleAndAddress: `${rule}:${address}` },
    ...(accepted !== undefined && {
      suppressions: [{ kind: 'external', status: 'accepted', justification: accepted }],
    }),
  };
}

function location(address: string, artifact: string) {
  return {
    physicalLocation: { artifactLocation: { uri: artifact }, region: { startLine: 1 } },
    logicalLocations: [{ fullyQualifiedName: address, kind: 'resource' }],
  };
}
