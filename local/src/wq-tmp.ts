import { statSync } from 'node:fs';
import { parseHiveType } from './core/hive-types';
import { writeWideParquet } from './delivery/convert/wide-parquet';

const N = Number(process.argv[2]);
const columns = Array.from({ length: N }, (_, i) => ({
  name: `c${i}`,
  type: parseHiveType(
    ['string', 'bigint', 'double', 'array<string>', 'map<string,int>', 'struct<x:int,y:string>'][i % 6] as string,
  ),
}));
(async () => {
  const size = statSync('/tmp/w.ndjson').size;
  for (let from = 0, f = 0; from < size; ) {
    const t = performance.now();
    const a = await writeWideParquet({
      linesPath: '/tmp/w.ndjson',
      from,
      parquetPath: `/tmp/w${f++}.parquet`,
      columns,
      compression: 'SNAPPY',
    });
    from = a.next;
    console.log(
      a,
      Math.round(performance.now() - t),
      'ms',
      Math.round(process.memoryUsage().heapUsed / 1e6),
      Math.round(process.resourceUsage().maxRSS / 1024),
      'MB',
    );
  }
})();
