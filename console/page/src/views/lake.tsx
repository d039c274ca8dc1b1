import { useState } from 'preact/hooks';
import { keepSettings, useAddress } from '../address';
import { api, type Lakehouse, type Listing, type ObjectView } from '../api';
import { ago, bytes, plural } from '../format';
import { DataTable } from '../parts/data-table';
import { Notice } from '../parts/notice';
import { ParquetPanel } from '../parts/parquet-panel';
import { usePolled } from '../use-polled';

/** The bucket as folders, with one object open. */
export function LakeView({ lakehouse }: { lakehouse: Lakehouse }) {
  const { settings } = useAddress();
  const prefix = settings.get('prefix') ?? '';
  const key = settings.get('key');
  const setPrefix = (folder: string) => keepSettings({ prefix: folder });
  const { value, problem } = usePolled(() => api.lake(prefix), 3_000, [prefix]);
  const listing = value?.prefix === prefix ? value : undefined;
  return (
    <div class="split lake">
      <section class="card listing" aria-label="Folders and objects">
        <Path bucket={lakehouse.bucket} prefix={prefix} onOpen={setPrefix} />
        {problem !== undefined && <Notice problem={problem} />}
        {listing !== undefined && (
          <Level listing={listing} onFolder={setPrefix} onObject={(object) => keepSettings({ key: object })} />
        )}
      </section>
      <section class="card" aria-label="Object">
        {key === undefined ? (
          <p class="muted">Choose an object to look into it.</p>
        ) : (
          <OpenObject key={key} objectKey={key} />
        )}
      </section>
    </div>
  );
}

function Path({ bucket, prefix, onOpen }: { bucket: string; prefix: string; onOpen: (prefix: string) => void }) {
  const parts = prefix.split('/').filter((part) => part !== '');
  return (
    <nav aria-label="Path" class="path">
      <button type="button" class="link" onClick={() => onOpen('')}>
        {bucket}
      </button>
      {parts.map((part, index) => (
        <span key={parts.slice(0, index + 1).join('/')}>
          <span aria-hidden="true"> / </span>
          <button type="button" class="link" onClick={() => onOpen(`${parts.slice(0, index + 1).join('/')}/`)}>
            {part}
          </button>
        </span>
      ))}
    </nav>
  );
}

interface LevelProps {
  readonly listing: Listing;
  readonly onFolder: (prefix: string) => void;
  readonly onObject: (key: string) => void;
}

function Level({ listing, onFolder, onObject }: LevelProps) {
  const [more, setMore] = useState<Listing[]>([]);
  const pages = [listing, ...more.filter(({ prefix }) => prefix === listing.prefix)];
  const next = pages.at(-1)?.next;
  const name = (key: string) => key.slice(listing.prefix.length);
  const folders = pages
    .flatMap((page) => page.folders)
    .map((folder) => [
      <button type="button" class="link" onClick={() => onFolder(folder.prefix)}>
        {name(folder.prefix)}
      </button>,
      plural(folder.objects, 'object', folder.complete),
      bytes(folder.bytes),
    ]);
  const objects = pages
    .flatMap((page) => page.objects)
    .map((object) => [
      <button type="button" class="link" onClick={() => onObject(object.key)}>
        {name(object.key)}
      </button>,
      ago(object.modified),
      bytes(object.bytes),
    ]);
  if (folders.length + objects.length === 0) return <p class="muted">Nothing is here yet.</p>;
  return (
    <>
      <DataTable
        caption={`Below ${listing.prefix || 'the bucket'}`}
        head={['Name', 'Holds', 'Size']}
        rows={[...folders, ...objects]}
      />
      {next !== undefined && (
        <button
          type="button"
          onClick={() => void api.lake(listing.prefix, next).then((page) => setMore([...more, page]))}
        >
          More
        </button>
      )}
    </>
  );
}

function OpenObject({ objectKey }: { objectKey: string }) {
  const { value, problem } = usePolled(() => api.object(objectKey), 60_000, [objectKey]);
  return (
    <>
      <h3 class="key">{objectKey}</h3>
      {problem !== undefined && <Notice problem={problem} />}
      {value !== undefined && <ObjectPanel object={value} />}
    </>
  );
}

function ObjectPanel({ object }: { object: ObjectView }) {
  switch (object.kind) {
    case 'parquet':
      return <ParquetPanel bytes={object.bytes} parquet={object.parquet} />;
    case 'errors':
      return (
        <>
          <p>{plural(object.records.length, 'record')} that could not be converted:</p>
          <DataTable
            caption="Failed records"
            head={['Why', 'Record', 'Arrived']}
            rows={object.records.map(({ code, reason, text, arrived }) => [
              <>
                <strong>{code}</strong> {reason}
              </>,
              <code>{text}</code>,
              arrived ?? '',
            ])}
          />
        </>
      );
    case 'text':
      return (
        <>
          <p>
            {bytes(object.bytes)}
            {object.whole ? '' : ', of which this is the start'}
          </p>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard. */}
          <pre tabIndex={0}>{object.text}</pre>
        </>
      );
  }
}
