import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Acknowledged, readAcknowledged } from './acknowledged';
import { type SegmentScan, scanSegment } from './scan';
import { Segment } from './segment';

/** Records of a log that can't be read any more: numbers `from` up to, not including, `to`. */
export interface Gap {
  readonly from: number;
  /** Undefined if it isn't known how many there were. */
  readonly to?: number;
}

/** Something in a log that isn't what was written and acknowledged. */
export interface LogDamage {
  readonly path: string;
  /** What is wrong, as the end of a sentence about the file. */
  readonly problem: string;
  readonly gap?: Gap;
}

/** One segment of a log that was read through. */
export interface InspectedSegment {
  readonly segment: Segment;
  readonly scan: SegmentScan;
  readonly damage: readonly LogDamage[];
  /** Bytes after the last record that nobody was told of: what a killed process left half written. */
  readonly torn: boolean;
}

/**
 * Reads a log through. Bytes at the very end that are no frame are a torn tail, which was never acknowledged, if nothing
 * readable follows and they lie beyond what is known to be acknowledged; everything else that is no frame is damage.
 * @param visit gets each segment in turn, so that only one is in memory.
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
  // A repair that left nothing of the newest segment names none.
  const lacks = acknowledged !== undefined && acknowledged.segment > 0;
  if (lacks && !segments.some(({ first }) => first === acknowledged.segment) && acknowledged.next > (next ?? 1)) {
    const gap = { from: next ?? 1, to: acknowledged.next };
    found.push({ path: folder, problem: `lacks the file of ${describe(gap)}`, gap });
  }
  return found;
}

/** A log's segments, the oldest first. */
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

/** Numbers jump where a log was not closed: a gap this wide says nothing about how many records it held. */
const MOST_COUNTED = 2 ** 29;

export function describe({ from, to }: Gap): string {
  if (to === undefined || to - from > MOST_COUNTED) return `records from number ${from} on`;
  return to - from === 1 ? `record ${from}` : `${to - from} records from number ${from} on`;
}
