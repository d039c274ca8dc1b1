import { api } from '../api';
import { DataTable } from '../parts/data-table';
import { Notice } from '../parts/notice';
import { usePolled } from '../use-polled';

/** The table in the catalog. */
export function CatalogView() {
  const { value: catalog, problem } = usePolled(api.catalog, 30_000, []);
  return (
    <>
      {problem !== undefined && <Notice problem={problem} />}
      {catalog !== undefined && (
        <div class="split">
          <section class="card">
            <h3>
              {catalog.database}.{catalog.table}
            </h3>
            <DataTable
              caption="Columns"
              head={['Column', 'Type', 'Comment']}
              rows={[
                ...catalog.columns.map(({ name, type, comment }) => [name, type, comment]),
                ...catalog.partitionKeys.map(({ name, type }) => [name, type, 'partition key']),
              ]}
            />
          </section>
          <section class="card">
            <h3>Partitions</h3>
            <ul>
              {catalog.projection.map((sentence) => (
                <li key={sentence}>{sentence}</li>
              ))}
            </ul>
            <h3>Storage</h3>
            <dl>
              <dt>Location</dt>
              <dd>{catalog.location}</dd>
              <dt>SerDe</dt>
              <dd>{catalog.serde}</dd>
              <dt>Input format</dt>
              <dd>{catalog.inputFormat}</dd>
            </dl>
            <h3>Versions</h3>
            {catalog.versions.ok ? (
              <DataTable
                caption="Versions"
                head={['Version', 'Updated', 'Columns']}
                rows={catalog.versions.value.map(({ id, updated, columns }) => [id, updated ?? '', columns])}
              />
            ) : (
              <Notice problem={catalog.versions.problem} />
            )}
          </section>
        </div>
      )}
    </>
  );
}
