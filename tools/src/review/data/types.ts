import * as fs from 'node:fs';
import * as path from 'node:path';
import { otherKind } from './other-types';

/** Relation of a type of resource to data. */
export type DataKind =
  /** A type that holds data; `words` name the loss if it is destroyed. */
  | { readonly kind: 'holds'; readonly words: string }
  /** Settings of how long, or how safely, another object keeps data: the rules judge its changes. */
  | { readonly kind: 'setting' }
  | { readonly kind: 'none' }
  /** A type that is in no table. */
  | { readonly kind: 'unknown' };

/** `tools/data/aws-data-types.json`: every resource type of the AWS provider's schema, in one of three lists. */
export interface AwsDataTypes {
  readonly provider: string;
  readonly holds: Readonly<Record<string, string>>;
  readonly settings: readonly string[];
  readonly none: readonly string[];
}

let kinds: ReadonlyMap<string, DataKind> | undefined;

/** The table of the AWS provider's types, read once. */
export function awsDataTypes(): AwsDataTypes {
  // src/review/data and dist/review/data are equally deep, so one path serves both.
  return JSON.parse(fs.readFileSync(path.join(__dirname, '../../../data/aws-data-types.json'), 'utf8')) as AwsDataTypes;
}

/** Relation of a type to data, by the tables. */
export function dataKind(type: string): DataKind {
  kinds ??= awsKinds();
  return kinds.get(type) ?? (type.startsWith('aws_') ? { kind: 'unknown' } : otherKind(type));
}

function awsKinds(): ReadonlyMap<string, DataKind> {
  const { holds, settings, none } = awsDataTypes();
  return new Map<string, DataKind>([
    ...Object.entries(holds).map(([type, words]) => [type, { kind: 'holds', words }] as const),
    ...settings.map((type) => [type, { kind: 'setting' }] as const),
    ...none.map((type) => [type, { kind: 'none' }] as const),
  ]);
}
