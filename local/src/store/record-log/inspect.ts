import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Acknowledged, readAcknowledged } from './acknowledged';
import { type SegmentScan, scanSegment } from './scan';
import { Segment } from './segment';

/** Unreadable records of a log: numbers `from` up to but without `to`. */
export interface Gap {
  readonly from: number;
  /** Undefined if their number isn't known. */
  readonly to?: number;
}

/** Damage of acknowledged records of a log. */
export interface LogDamage {
  readonly path: string;
  /** Problem, as the end of a sentence about the file. */
  readonly problem: string;
  readonly gap?: Gap;
}

/** One checked segment of a log. */
export interface InspectedSegment {
  readonly segment: Segment;
  readonly scan: SegmentScan;
  readonly damage: readonly LogDamage[];
  /** Whether unacknowledged bytes follow the last record: an append that a killed process left incomplete. */
  readonly torn: boolean;
}

/**
 * Checks a log. Unreadable bytes at the very end are a torn tail, which was never acknowledged, if no readable frame
 * follows and they lie beyond the acknowledged position; all others are damage.
 * @param visit receives each segment in turn, so that only one is in memory
 */
export function inspectLog(folder: string, visit: (segment: InspectedSegment) => void = () => {}): LogDamage[] {
  const all = readAcknowledged(folder);
  const acknowledged = all === 'damaged' ? undefined : all;
  const segments = segmentsOf(folder);
  const found: LogDamage[] = [];
  let next: number | undefined;
  for (const [index, segment] of segments.entries()) {
    const inspected = inspectSegment(segment, acknowledged, index === segments.length - 1);
    found.push(...inspected.damage);
    next = inspected.scan.next;
    visit(inspected);
  }
  // A repair without records in the newest segment names none.
  const lacks = acknowledged !== undefined && acknowledged.segment > 0;
  if (lacks && !segments.some(({ first }) => first === acknowledged.segment) && acknowledged.next > (next ?? 1)) {
    const gap = { from: next ?? 1, to: acknowledged.next };
    found.push({ path: folder, problem: `lacks the file of ${describe(gap)}`, gap });
  }
  return found;
}

/** A log's segments, oldest first. */
export function segmentsOf(folder: string): Segment[] {
  let names: string[] = [];
  try {
    names = readdirSync(folder).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return names.flatMap((name) => Segment.ofFile(join(folder, name)) ?? []);
}

function inspectSegment(segment: Segment, acknowledged: Acknowledged | undefined, isLast: boolean): InspectedSegment {
  const { path } = segment;
  const scan = scanSegment(path, segment.first);
  const known = acknowledged?.segment === segment.first ? acknowledged : undefined;
  const damage: LogDamage[] = [];
  for (const { header, offset } of scan.frames.filter(({ resized }) => resized))
    damage.push({
      path,
      problem: `is damaged at byte ${offset}, where record ${header.first} begins; all records are readable`,
    });
  let torn = false;
  for (const bad of scan.bad) {
    if (bad.to === undefined && isLast && bad.offset >= (known?.size ?? 0)) {
      torn = true;
      continue;
    }
    const to = bad.to ?? (known !== undefined && known.next > bad.from ? known.next : undefined);
    const gap = { from: bad.from, to };
    damage.push({ path, problem: `is damaged at byte ${bad.offset}: ${describe(gap)} can't be read`, gap });
  }
  const end = scan.bytes.length;
  if (isLast && known !== undefined && end < known.size && damage.length === 0) {
    const gap = { from: scan.next, to: known.next };
    const problem = `ends at byte ${end} of ${known.size}: ${gap.to > gap.from ? `${describe(gap)} are missing` : 'its end is missing'}`;
    damage.push({ path, problem, gap: gap.to > gap.from ? gap : undefined });
    torn = false;
  }
  if (!isLast && !scan.sealed && damage.length === 0) {
    const gap = { from: scan.next };
    damage.push({ path, problem: `has lost its end: ${describe(gap)} are missing`, gap });
  }
  return { segment, scan, damage, torn };
}

/** Gap of numbers from which the count of lost records is unknown: numbers jump when a log wasn't closed. */
const MOST_COUNTED = 2 ** 29;

export function describe({ from, to }: Gap): string {
  if (to === undefined || to - from > MOST_COUNTED) return `records from number ${from} on`;
  return to - from === 1 ? `record ${from}` : `${to - from} records from number ${from} on`;
}
