import { createHash } from 'node:crypto';
import * as path from 'node:path';
import { asObject, type Json, type JsonObject } from '../shared/json';

/**
 * SHA-256 of a synthesized stack, independent of key order and of the project's folder: a plan made on one runner is
 * applied on another.
 *
 * @param projectDir the folder that a local backend's state path is made relative to
 */
export function fingerprint(synthesized: JsonObject, projectDir: string): string {
  return createHash('sha256')
    .update(canonical(relocatable(synthesized, projectDir)))
    .digest('hex');
}

/** SHA-256 of a text. */
export function digestText(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** SHA-256 of a file's bytes. */
export function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function relocatable(synthesized: JsonObject, projectDir: string): JsonObject {
  const terraform = asObject(synthesized.terraform);
  const backend = asObject(terraform.backend);
  const local = asObject(backend.local);
  if (typeof local.path !== 'string') return synthesized;
  const relative = path.relative(projectDir, local.path);
  return { ...synthesized, terraform: { ...terraform, backend: { ...backend, local: { ...local, path: relative } } } };
}

function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key] ?? null)}`).join(',')}}`;
}
