import { copyFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readAcknowledged, writeAcknowledged } from './acknowledged';
import { SEAL, writeFrame } from './frame';
import { type Gap, type InspectedSegment, inspectLog, type LogDamage } from './inspect';

const GAPS = 'gaps.json';

/** A gap from a repair. */
export interface NotedGap extends Gap {
  /** Time of the repair, in milliseconds since the epoch. */
  readonly repairedAt: number;
}

/** The gaps from repairs of a log, in order. @throws Error that names the file, if it is damaged */
export function readGaps(folder: string): NotedGap[] {
  const path = join(folder, GAPS);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  try {
    return JSON.parse(text) as NotedGap[];
  } catch {
    throw new Error(`${path} is damaged: it lists the records that an earlier repair found to be lost.`);
  }
}

/** The gaps between two numbers, for a reader that continues from the first to the second (exclusive). */
export function gapsBetween(gaps: readonly NotedGap[], from: number, to: number): NotedGap[] {
  return gaps.filter((gap) => gap.from >= from && gap.from < to);
}

/**
 * Repairs a damaged log: its segments keep the readable records, and the gaps are recorded. Numbers continue after
 * every assigned one.
 * @param kept folder for the damaged files, unchanged
 * @returns the damage
 */
export async function repairLog(folder: string, kept: string, now: number): Promise<LogDamage[]> {
  const acknowledged = readAcknowledged(folder);
  let next = typeof acknowledged === 'object' ? acknowledged.next : 1;
  let newest = { segment: 0, size: 0 };
  const damaged: InspectedSegment[] = [];
  const found = inspectLog(folder, (inspected) => {
    const { scan, segment, damage } = inspected;
    next = Math.max(next, scan.next);
    newest = { segment: segment.first, size: scan.bytes.length };
    if (damage.length > 0) newest.size = rewrite(inspected, kept);
    else if (inspected.torn) newest.size = scan.bad[0]?.offset ?? 0;
    if (newest.size === 0) newest = { segment: 0, size: 0 };
    damaged.push({ ...inspected, scan: { ...scan, bytes: Buffer.alloc(0) } });
  });
  if (found.length === 0) return found;
  const gaps = [...readGaps(folder), ...found.flatMap(({ gap }) => (gap ? [{ ...gap, repairedAt: now }] : []))];
  writeFileSync(join(folder, GAPS), JSON.stringify(gaps));
  await writeAcknowledged(folder, { ...newest, next, closed: false });
  return found;
}

/** @returns bytes of the new segment; without any record there is none */
function rewrite({ segment, scan }: InspectedSegment, kept: string): number {
  mkdirSync(kept, { recursive: true });
  copyFileSync(segment.path, join(kept, basename(segment.path)));
  const frames: Buffer[] = scan.frames.map(({ offset, header }) => {
    const bytes = Buffer.from(scan.bytes.subarray(offset, offset + header.size));
    bytes.writeUInt32LE(header.size, 0);
    return bytes;
  });
  if (frames.length === 0) {
    rmSync(segment.path);
    return 0;
  }
  const last = scan.frames[scan.frames.length - 1];
  if (last?.header.flags !== SEAL) frames.push(writeFrame([], scan.next, last?.header.at ?? segment.firstAt, SEAL));
  const whole = Buffer.concat(frames);
  writeFileSync(`${segment.path}.repaired`, whole);
  renameSync(`${segment.path}.repaired`, segment.path);
  return whole.length;
}
