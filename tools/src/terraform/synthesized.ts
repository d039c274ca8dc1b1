import { asList, asObject, type JsonObject } from '../shared/json';
import type { RequiredProvider } from './provider-mirror';

/** A synthesized stack. */
export interface Stack {
  readonly name: string;
  /** Folder that holds cdk.tf.json: terraform's working directory. */
  readonly workdir: string;
  readonly synthesized: JsonObject;
}

/** The providers that a synthesized stack requires, with exact versions where the stack pins them. */
export function requiredProviders(synthesized: JsonObject): RequiredProvider[] {
  const terraform = asObject(synthesized.terraform);
  return Object.entries(asObject(terraform.required_providers)).map(([name, value]) => {
    const { source, version } = asObject(value);
    const exact = typeof version === 'string' && /^=?\s*\d+\.\d+\.\d+$/.test(version);
    return {
      source: typeof source === 'string' ? source : name,
      ...(exact && { version: version.replace(/^=?\s*/, '') }),
    };
  });
}

/** The default provider block of a name: `provider.aws` without alias. */
export function providerBlock(synthesized: JsonObject, name: string): JsonObject | undefined {
  const blocks = asList(asObject(synthesized.provider)[name]).map(asObject);
  return blocks.find((block) => block.alias === undefined) ?? blocks[0];
}

/** Region of the stack's AWS provider: its own setting, else the environment's. */
export function regionOf(synthesized: JsonObject, env: NodeJS.ProcessEnv): string | undefined {
  const configured = providerBlock(synthesized, 'aws')?.region;
  return typeof configured === 'string' ? configured : (env.AWS_REGION ?? env.AWS_DEFAULT_REGION);
}

/** Account, region and endpoint of a plan. Applying it anywhere else is refused. */
export interface AwsTarget {
  readonly account: string;
  readonly region: string;
  /** AWS_ENDPOINT_URL; absent for calls to AWS itself. */
  readonly endpoint?: string;
}
