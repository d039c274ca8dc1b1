import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StoredPolicy } from './state';

/** Data file; its first lines state its content and date. */
const FILE = join(__dirname, '..', '..', '..', 'models', 'aws-managed-policies.txt');

let read: ReadonlyMap<string, StoredPolicy> | undefined;

/**
 * The supported AWS managed policies, by ARN: those of a lake's usual roles, as of one date. Attaching any other fails:
 * a guessed document would allow or deny something that AWS's doesn't.
 */
export function awsManagedPolicies(): ReadonlyMap<string, StoredPolicy> {
  read ??= new Map(
    readFileSync(FILE, 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('/'))
      .map((line) => managed(line))
      .map((policy) => [policy.arn, policy]),
  );
  return read;
}

function managed(line: string): StoredPolicy {
  const [, full = '', version = '', created = '', updated = '', document = ''] =
    /^(\S+) (\S+) (\S+) (\S+) (.+)$/.exec(line) ?? [];
  const name = full.slice(full.lastIndexOf('/') + 1);
  const updatedAt = Date.parse(updated);
  return {
    name,
    path: full.slice(0, -name.length),
    id: `ANPA${name.toUpperCase().replace('_', '').padEnd(17, 'X').slice(0, 17)}`,
    arn: `arn:aws:iam::aws:policy${full}`,
    createdAt: Date.parse(created),
    updatedAt,
    tags: [],
    defaultVersionId: version,
    nextVersion: Number(version.slice(1)) + 1,
    versions: [{ id: version, document, createdAt: updatedAt }],
  };
}
