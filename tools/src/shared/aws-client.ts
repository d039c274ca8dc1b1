import { NodeHttpHandler } from '@smithy/node-http-handler';
import { createAgents } from 'lakehouse-producer/proxy';

/**
 * Settings that every client of AWS gets: its requests go through the proxies that HTTPS_PROXY, HTTP_PROXY and NO_PROXY
 * name, as the AWS CLI's and Terraform's do. The SDK for JavaScript heeds none of them by itself.
 */
export function clientDefaults(): { readonly requestHandler: NodeHttpHandler } {
  return { requestHandler: new NodeHttpHandler(createAgents()) };
}
