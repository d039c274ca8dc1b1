import { figure } from './cost-items';
import type { ModeAnswer, SizeAnswer } from './size';
import { GB, KB, MB } from './workload';

/** A size answer for a terminal. */
export function sizeText(answer: SizeAnswer): string {
  const { workload, traffic, shards, modes, cheaper, buffer, files, packing, quotas } = answer;
  const [fullest] = quotas;
  const packed = workload.packBytes === undefined ? '' : `, ${traffic.documentsPerRecord} packed into a record`;
  return `${[
    `${figure(workload.recordsPerSecond)} records/s of ${figure(workload.recordBytes)} bytes${packed}: ${bytes(traffic.bytesPerSecond)}/s, ${bytes(traffic.bytes)} a month`,
    '',
    `Shards      ${figure(shards.minimum)} at full use, ${figure(shards.recommended)} with 20 % headroom (bound by ${shards.boundBy} a second)`,
    ...modes.map(
      (mode) =>
        `${mode.mode === 'PROVISIONED' ? 'Provisioned' : 'On-demand  '} ${usd(mode.usd)} a month${mode.mode === cheaper ? '  <- cheaper' : ''}`,
    ),
    `Buffer      ${buffer.mb} MB or ${buffer.seconds} s: a file every ${figure(buffer.secondsPerFile)} s`,
    `Files       ${figure(files.perMonth)} a month of about ${bytes(files.parquetBytes)} Parquet, in ${figure(files.partitions)} hourly partitions`,
    `Storage     ${figure(files.parquetGbPerMonth)} GB of Parquet and ${figure(files.rawGbPerMonth)} GB of raw backup a month`,
    `Packing     ${packingText(packing)}`,
    `First quota ${fullest === undefined ? '' : `${fullest.quota}: ${percent(fullest.share)} of ${fullest.limit}${fullest.adjustable ? ' (adjustable)' : ''}`}`,
    '',
    ...modes.flatMap((mode) => modeLines(mode)),
    'Quotas',
    ...quotas.map(({ quota, limit, share }) => `  ${percent(share).padStart(8)} of ${limit}: ${quota}`),
  ].join('\n')}\n`;
}

function packingText({ documentsPerRecord, fillSeconds, usd: total, saves }: SizeAnswer['packing']): string {
  if (documentsPerRecord === 1) return 'has nothing to gain: one document fills a record';
  return `${documentsPerRecord} documents a record (${figure(fillSeconds)} s to fill one): ${usd(total)} a month, saves ${usd(saves)}`;
}

function modeLines(mode: ModeAnswer): string[] {
  const width = Math.max(...mode.items.map(({ item }) => item.length));
  return [
    `${mode.mode}: ${usd(mode.usd)} a month`,
    ...mode.items.map(
      ({ item, arithmetic, usd: amount }) => `  ${item.padEnd(width)}  ${usd(amount).padStart(12)}  ${arithmetic}`,
    ),
    '',
  ];
}

function usd(amount: number): string {
  return `$${amount.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
}

function percent(share: number): string {
  return `${(share * 100).toLocaleString('en-US', { maximumFractionDigits: share < 0.01 ? 4 : 1 })} %`;
}

function bytes(amount: number): string {
  if (amount >= GB) return `${figure(amount / GB)} GB`;
  if (amount >= MB) return `${figure(amount / MB)} MB`;
  return amount >= KB ? `${figure(amount / KB)} KB` : `${figure(amount)} bytes`;
}
