import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative, sep } from 'node:path';
import { Fixtures } from './fixtures';

/**
 * Fills an endpoint from a folder, by AWS's own APIs:
 *
 * - `streams/NAME.ndjson`: a stream of one shard, and its records, a line each (the file may be empty);
 * - `buckets/BUCKET/KEY…`: a bucket and its objects;
 * - `tables/*.sql`: statements for Athena, a file each, in the order of their names: databases, tables, INSERTs.
 *
 * A stream that is there already gets no records again, and a file's statements end at a CREATE of what is there already:
 * the data is from an earlier start.
 *
 * @returns what was done, a line each
 * @throws Error that names the file
 */
export async function seed(url: string, folder: string): Promise<string[]> {
  if (!existsSync(folder)) throw new Error(`There is no folder ${folder} to seed from.`);
  const fixtures = new Fixtures(url);
  const { StreamNames } = await fixtures.api.json<{ StreamNames: string[] }>('Kinesis_20131202.ListStreams', {});
  const done: string[] = [];
  for (const file of files(join(folder, 'streams'), '.ndjson')) {
    const name = basename(file, '.ndjson');
    if (StreamNames.includes(name)) continue;
    const lines = readFileSync(file, 'utf8')
      .split(/\r?\n/)
      .filter((line) => line !== '');
    await withFileName(file, async () => fixtures.put(await fixtures.stream(name), lines));
    done.push(`stream ${name}: ${lines.length} records`);
  }
  for (const bucket of folders(join(folder, 'buckets'))) {
    const root = join(folder, 'buckets', bucket);
    await withFileName(root, () => fixtures.bucket(bucket));
    const found = files(root, '');
    for (const file of found) {
      const key = relative(root, file).split(sep).join('/');
      await withFileName(file, () => fixtures.api.put(bucket, key, readFileSync(file)));
    }
    done.push(`bucket ${bucket}: ${found.length} objects`);
  }
  for (const file of files(join(folder, 'tables'), '.sql')) {
    // Athena takes one statement at a time.
    const statements = readFileSync(file, 'utf8')
      .split(/;\s*(?:\n|$)/)
      .filter((sql) => sql.trim() !== '');
    if (await withFileName(file, () => runUntilThere(fixtures, statements)))
      done.push(`table ${basename(file, '.sql')}`);
  }
  return done;
}

/** Runs statements, up to a CREATE of an existing object. @returns whether all were run */
async function runUntilThere(fixtures: Fixtures, statements: readonly string[]): Promise<boolean> {
  for (const sql of statements) {
    try {
      await fixtures.query(sql);
    } catch (error) {
      if (/^\s*CREATE\b/i.test(sql) && /already exists/i.test((error as Error).message)) return false;
      throw error;
    }
  }
  return true;
}

async function withFileName<T>(file: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw new Error(`Seeding from ${file}: ${(error as Error).message}`);
  }
}

const folders = (parent: string): string[] =>
  existsSync(parent)
    ? readdirSync(parent, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? entry.name : []))
    : [];

function files(parent: string, ending: string): string[] {
  if (!existsSync(parent)) return [];
  return readdirSync(parent, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
