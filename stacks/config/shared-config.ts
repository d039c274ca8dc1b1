import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Variables } from './overrides';

/**
 * Whether the calls' profile ignores configured endpoints ("Service-specific endpoints", AWS SDKs and Tools Reference
 * Guide): AWS_ENDPOINT_URL in the environment takes precedence over a file's `endpoint_url`, but not over this.
 */
export function profileIgnoresEndpoints(variables: Variables): boolean {
  const path = variables.AWS_CONFIG_FILE ?? join(variables.HOME ?? homedir(), '.aws', 'config');
  const profile = variables.AWS_PROFILE ?? variables.AWS_DEFAULT_PROFILE ?? 'default';
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return false;
  }
  let section: string | undefined;
  for (const line of text.split(/\r?\n/)) {
    const name = /^\s*\[\s*(?:profile\s+)?["']?(.+?)["']?\s*\]/.exec(line)?.[1];
    if (name !== undefined) section = name;
    else if (section === profile && /^\s*ignore_configured_endpoint_urls\s*=\s*true\s*$/i.test(line)) return true;
  }
  return false;
}
