import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StoredPolicy } from './state';

/** Says in its first lines what it holds, of what day. */
const FILE = join(__dirname, '..', '..', '..', 'models', 'aws-managed-policies.txt');

let read: ReadonlyMap<string, StoredPolicy> | undefined;

/**
 * The AWS managed policies that exist here, by ARN: those that a lake's roles have, in the version of one day. Attaching
 * any other fails, for a policy with a guessed document would enforce something that AWS doesn't.
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
