import { ToolError } from '../shared/errors';
import { ExitCode } from '../shared/exit-codes';
import type { Review } from './model';

/** A condition under which a review fails. */
export type Gate =
  | { readonly kind: 'delete' | 'replace' | 'data-loss' | 'high' | 'medium' }
  | { readonly kind: 'cost'; readonly usd: number };

/** A gate that failed: its exit code and the reason, in words. */
export interface GateFailure {
  readonly gate: string;
  readonly exitCode: number;
  readonly reason: string;
}

/** Gates of `--fail-on`, for help texts. */
export const GATE_NAMES = 'delete, replace, data-loss, high, medium, cost:USD';

/**
 * Parses `--fail-on` values, each with one or more gates, separated by commas. `cost:USD` fails when the monthly
 * estimate rises by more than that.
 */
export function parseGates(values: readonly string[]): Gate[] {
  return values
    .flatMap((value) => value.split(','))
    .map((value) => value.trim())
    .filter((value) => value !== '')
    .map(parseGate);
}

function parseGate(text: string): Gate {
  if (text === 'delete' || text === 'replace' || text === 'data-loss' || text === 'high' || text === 'medium') {
    return { kind: text };
  }
  const usd = /^cost:(\d+(\.\d+)?)$/.exec(text)?.[1];
  if (usd !== undefined) return { kind: 'cost', usd: Number(usd) };
  throw new ToolError(`--fail-on doesn't know "${text}"; it knows ${GATE_NAMES}.`, ExitCode.usage);
}

/** The gates that fail, worst first; the first one's exit code is the command's. `medium` includes high. */
export function gateFailures(review: Review, gates: readonly Gate[]): GateFailure[] {
  return gates
    .flatMap((gate) => failureOf(review, gate) ?? [])
    .filter((failure, index, all) => all.findIndex((other) => other.gate === failure.gate) === index)
    .sort((a, b) => a.exitCode - b.exitCode);
}

function failureOf(review: Review, gate: Gate): GateFailure | undefined {
  const open = review.findings.filter((finding) => finding.accepted === undefined);
  const high = open.filter((finding) => finding.severity === 'high').length;
  const medium = open.filter((finding) => finding.severity === 'medium').length;
  switch (gate.kind) {
    case 'data-loss': {
      const of = (...effects: readonly string[]) =>
        review.dataImpacts.filter(({ effect }) => effects.includes(effect)).map(({ address }) => address);
      const [lost, unjudged] = [of('lost', 'gap'), of('unjudged')];
      const reasons = [
        ...(lost.length > 0 ? [`data is lost or missed: ${lost.join(', ')}`] : []),
        // Unjudged types fail the gate: passing them would let unknown losses through.
        ...(unjudged.length > 0 ? [`not judged: ${unjudged.join(', ')}`] : []),
      ];
      return failure(gate.kind, ExitCode.gateDataLoss, reasons.length, reasons.join('; '));
    }
    case 'delete': {
      const { delete: deletes, replace } = review.verdict;
      return failure(
        gate.kind,
        ExitCode.gateDelete,
        deletes + replace,
        `${deletes + replace} to delete (${replace} of them to replace)`,
      );
    }
    case 'replace':
      return failure(gate.kind, ExitCode.gateReplace, review.verdict.replace, `${review.verdict.replace} to replace`);
    case 'high':
      return failure(gate.kind, ExitCode.gateHigh, high, `${high} open finding(s) of high severity`);
    case 'medium':
      return failure(
        gate.kind,
        ExitCode.gateMedium,
        high + medium,
        `${high + medium} open finding(s) of medium severity or above`,
      );
    case 'cost': {
      const rise = review.cost.difference;
      const over = rise > gate.usd ? 1 : 0;
      return failure(
        'cost',
        ExitCode.gateCost,
        over,
        `the monthly estimate rises by $${rise.toFixed(2)}, more than $${gate.usd.toFixed(2)}`,
      );
    }
  }
}

function failure(gate: string, exitCode: number, count: number, reason: string): GateFailure | undefined {
  return count > 0 ? { gate, exitCode, reason } : undefined;
}
