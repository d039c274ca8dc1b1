// ClickHouse in a process of its own, so that its queries can wait for an endpoint in the one that asks.
// Arguments: a folder in which chdb is installed. Each line of input is JSON of a statement, each of output of its answer.
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const { queryAsync } = createRequire(`${process.argv[2]}/`)('chdb');
for await (const line of createInterface({ input: process.stdin })) {
  const answer = await queryAsync(JSON.parse(line), { format: 'JSONEachRow' }).then(
    (result) => ({ text: result.text() }),
    (error) => ({ error: String(error.message) }),
  );
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
