import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Json } from '../shared/json';
import type { PlanJson } from './plan-json';

/*
 * Terraform before 0.15.1 doesn't mark attributes that are sensitive by their provider's schema: a password is in such
 * a plan in clear text, unmarked. For those plans the marks come from the AWS provider's schema, and for other types
 * from the attributes' names.
 */

/** First version whose plans mark sensitive attributes of the providers' schemas. */
const FIRST_WITH_MARKS = [0, 15, 1] as const;

const NAMED_SECRET =
  /(^|_)(password|passwd|passphrase|secret|secret_string|secret_binary|secret_key|secret_access_key|client_secret|token|access_token|auth_token|private_key|private_key_pem|private_key_openssh|access_key|api_key|connection_string|credentials?)$/;

/** Sensitive attributes outside of the AWS provider whose names don't show it. */
const OTHERS: Readonly<Record<string, readonly string[]>> = {
  random_password: ['result', 'bcrypt_hash'],
  local_sensitive_file: ['content', 'content_base64'],
  kubernetes_secret: ['data', 'binary_data'],
};

interface SchemaTable {
  readonly managed: Readonly<Record<string, readonly string[]>>;
  readonly data: Readonly<Record<string, readonly string[]>>;
}

let table: SchemaTable | undefined;

function schemaTable(): SchemaTable {
  // src/plan and dist/plan are equally deep, so one path serves both.
  const file = path.join(__dirname, '../../data/aws-sensitive-attributes.json');
  table ??= JSON.parse(fs.readFileSync(file, 'utf8')) as SchemaTable;
  return table;
}

/** Whether a plan marks the sensitive attributes of its providers' schemas. */
export function marksSensitive(plan: PlanJson): boolean {
  const changes = plan.resource_changes ?? [];
  const carries = changes.some(({ change }) => change !== undefined && 'after_sensitive' in change);
  if (changes.length > 0 && !carries) return false;
  const version = plan.terraform_version?.split('.').map((part) => Number.parseInt(part, 10));
  if (version === undefined || version.some(Number.isNaN)) return true;
  const differs = FIRST_WITH_MARKS.findIndex((part, index) => (version[index] ?? 0) !== part);
  return differs < 0 || (version[differs] ?? 0) > (FIRST_WITH_MARKS[differs] ?? 0);
}

/** Marks for an object of a plan without marks: by the schema, else by the attributes' names. */
export function marksFor(type: string, mode: string | undefined, value: Json | undefined): Json {
  const known = schemaTable()[mode === 'data' ? 'data' : 'managed'][type] ?? OTHERS[type] ?? [];
  return marks(
    value ?? null,
    known.map((text) => text.split('.')),
  );
}

function marks(value: Json, paths: readonly (readonly string[])[]): Json {
  if (Array.isArray(value)) return value.map((item) => marks(item, paths));
  if (typeof value !== 'object' || value === null) return false;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]): [string, Json] => {
      const below = paths.filter(([first]) => first === key).map((path) => path.slice(1));
      const covered = below.some((path) => path.length === 0) || (typeof item === 'string' && NAMED_SECRET.test(key));
      return [key, covered ? true : marks(item, below)];
    }),
  );
}
