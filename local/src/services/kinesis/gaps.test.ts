import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Clients, configOf, eventually } from 'lakehouse-local/testing';
import { Lake } from 'lakehouse-local/testing/delivery';
import { readAll, shardId, textOf } from 'lakehouse-local/testing/kinesis';
import { startProcess } from 'lakehouse-local/testing/process';

const BATCH = 10;
/** A text that occurs nowhere else. */
const textIn = (batch: string, n: number) => `record ${n} of batch ${batch}`;
const DAMAGED = textIn('b', 5);
const lakeAt = (endpoint: string) => new Lake(new Clients(configOf(endpoint, { maxAttempts: 1 })));

test('readers and deliveries go on behind what a repair found to be lost, and both are told how much that is', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'lakehouse-gaps-'));
  let said = '';
  const hear = (text: string) => {
    said += text;
  };
  try {
    const before = await startProcess(dataDir, [], undefined, hear);
    let lake = lakeAt(before.url);
    await lake.build({ id: 'string' });
    // Nothing is delivered before the damage.
    const BufferingHints = { SizeInMBs: 64, IntervalInSeconds: 900 };
    await lake.deliver('late', lake.destination({ BufferingHints, DataFormatConversionConfiguration: undefined }));
    for (const batch of ['a', 'b', 'c']) await lake.put(Array.from({ length: BATCH }, (_, n) => textIn(batch, n)));
    await before.stop();
    const folder = join(dataDir, 'streams');
    const [segment] = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter(
        (entry) => entry.name.endsWith('.log') && readFileSync(join(entry.parentPath, entry.name)).includes(DAMAGED),
      )
      .map((entry) => join(entry.parentPath, entry.name)) as [string];
    const bytes = readFileSync(segment);
    const at = bytes.indexOf(DAMAGED);
    bytes[at] = (bytes[at] as number) ^ 1;
    writeFileSync(segment, bytes);
    await expect(startProcess(dataDir, [], undefined, hear)).rejects.toThrow();
    expect(said).toContain(segment);

    const after = await startProcess(dataDir, ['--repair'], undefined, hear);
    lake = lakeAt(after.url);
    const [failure] = await eventually(async () => {
      const failures = await lake.failures();
      return failures.length > 0 && failures;
    });
    expect(failure).toMatchObject({
      errorCode: 'Kinesis.RecordsLost',
      message: expect.stringMatching(/^10 records from number \d+ on of shardId-000000000000 were lost/),
    });
    const read = (await readAll(lake.kinesis, 'events', shardId(0))).map(textOf);
    expect(read).toEqual([...'ac'].flatMap((batch) => Array.from({ length: BATCH }, (_, n) => textIn(batch, n))));
    expect(said).toMatch(
      /Stream events, shardId-000000000000: GetRecords went on behind a gap: 10 records from number/,
    );
    await after.stop();
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}, 60_000);
