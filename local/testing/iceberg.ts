import { GetTableCommand } from '@aws-sdk/client-glue';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { buildSync } from 'esbuild';
import type { AthenaLake } from './athena';

/** The part of icebird that tests use. */
interface Icebird {
  icebergMetadata(options: { tableUrl: string; metadataFileName: string }): Promise<Metadata>;
  icebergRead(options: { tableUrl: string; metadata: Metadata }): Promise<Record<string, unknown>[]>;
}
interface Metadata {
  'current-snapshot-id': number;
  'current-schema-id': number;
  snapshots?: { 'snapshot-id': number; 'schema-id'?: number }[];
}

/** Loads icebird as one script: it is published as ES modules only, which neither jest nor CommonJS can load. */
function loadIcebird(): Icebird {
  const stdin = { contents: "export * from 'icebird'", resolveDir: __dirname };
  const [file] = buildSync({ stdin, bundle: true, format: 'cjs', platform: 'node', write: false }).outputFiles;
  const script = { exports: {} as Icebird };
  new Function('module', 'require', file?.text ?? '')(script, require);
  return script.exports;
}

const { icebergMetadata, icebergRead } = loadIcebird();

/** Reads the rows of an Iceberg table by icebird, which shares no code with the endpoint. */
export async function readByIcebird(
  fixture: AthenaLake,
  table: string,
  snapshotId?: bigint,
): Promise<Record<string, unknown>[]> {
  const { Table } = await fixture.glue.send(new GetTableCommand({ DatabaseName: 'kinesis-rd-db', Name: table }));
  const location = Table?.StorageDescriptor?.Location as string;
  const current = Table?.Parameters?.metadata_location as string;
  return withObjects(fixture, async () => {
    const metadataFileName = current.slice(current.lastIndexOf('/') + 1);
    const metadata = await icebergMetadata({ tableUrl: location, metadataFileName });
    if (snapshotId !== undefined) {
      metadata['current-snapshot-id'] = Number(snapshotId);
      const snapshot = metadata.snapshots?.find((each) => each['snapshot-id'] === Number(snapshotId));
      metadata['current-schema-id'] = snapshot?.['schema-id'] ?? metadata['current-schema-id'];
    }
    return icebergRead({ tableUrl: location, metadata }).catch((error: Error) => {
      if (/No data manifest files found/.test(error.message)) return [];
      throw error;
    });
  });
}

/** Replaces icebird's requests to AWS's hosts by reads of the endpoint's objects. */
async function withObjects<T>(fixture: AthenaLake, work: () => Promise<T>): Promise<T> {
  const before = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    // A URL parser would decode percent signs of the key.
    const [, Bucket, Key] = /^https:\/\/([^./]+)[^/]*\/(.*)$/.exec(String(input)) ?? [];
    const range = new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined)).get('range');
    const object = await fixture.s3.send(
      new GetObjectCommand({
        Bucket,
        Key,
        ...(range !== null && { Range: range }),
      }),
    );
    const bytes = await object.Body?.transformToByteArray();
    const headers = { 'content-length': String(object.ContentLength), 'content-range': object.ContentRange ?? '' };
    return new Response(Buffer.from(bytes ?? []), { status: range === null ? 200 : 206, headers });
  };
  try {
    return await work();
  } finally {
    globalThis.fetch = before;
  }
}
