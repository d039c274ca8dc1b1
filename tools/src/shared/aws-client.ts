import { NodeHttpHandler } from '@smithy/node-http-handler';
import { createAgents } from 'lakehouse-producer/proxy';
import { asText, type JsonObject } from './json';

/**
 * Settings of every AWS client: requests use the proxies that HTTPS_PROXY, HTTP_PROXY and NO_PROXY name, as the AWS
 * CLI's and Terraform's do. The SDK for JavaScript ignores these variables.
 */
export function clientDefaults(): { readonly requestHandler: NodeHttpHandler } {
  return { requestHandler: new NodeHttpHandler(createAgents()) };
}

/** Settings of clients of a stack by its outputs, whose region takes precedence over the shell's. */
export function stackClientConfig(outputs: JsonObject) {
  const region = asText(outputs.region);
  return { ...clientDefaults(), ...(region !== undefined && { region }) };
}
