import type { AssumeRoleWithWebIdentityRequest } from '@aws-sdk/client-sts';
import type { Strict } from '../../../core/operation';
import { ownerOf } from '../../../core/owner';
import { sessionOf, trusts } from '../../iam/assume-role';
import { IamState } from '../../iam/state';
import { operation } from '../contract';
import { forbidden, invalidToken, tokenExpired } from '../errors';
import { packedSize, sessionFor } from '../session';
import { checkDuration, checkRoleArn } from './assume-role';

/** Claims of an OpenID Connect token that are used. */
interface Claims {
  readonly iss: string;
  readonly sub: string;
  readonly aud: string | readonly string[];
  readonly azp?: string;
  readonly exp: number;
  readonly amr?: readonly string[];
}

/**
 * Issues a role's credentials for a provider's token; the caller needs no AWS credentials. The token's claims and time
 * are checked, and the role's trust policy decides; its signature isn't checked, as everywhere here.
 */
export const assumeRoleWithWebIdentity = operation('AssumeRoleWithWebIdentity', {
  permissions: () => [],
  handle: async (input, { state, cloud, caller }) => {
    checkRoleArn(input.RoleArn);
    const claims = claimsOf(input, cloud.clock.now());
    const provider = claims.iss.replace(/^https?:\/\//, '');
    const role = cloud.state(IamState).roleByArn(input.RoleArn);
    const { accountId } = ownerOf(input.RoleArn);
    const principalArn = `arn:aws:iam::${accountId}:oidc-provider/${provider}`;
    const names = [provider, principalArn];
    const asking = { accountId, region: caller.region, principalArn };
    const conditions = conditionsOf(input, provider, claims);
    const action = 'sts:AssumeRoleWithWebIdentity';
    if (role === undefined || !trusts(cloud, role, asking, { kind: 'Federated', names }, conditions, action))
      throw forbidden(`Not authorized to perform ${action}`);
    const seconds = input.DurationSeconds ?? 3_600;
    checkDuration(role, seconds);
    const session = sessionFor(cloud, { ...caller, accountId }, input);
    const assumed = sessionOf(role, caller.region, input.RoleSessionName, session);
    return {
      Credentials: await state.issue(assumed, seconds),
      AssumedRoleUser: { AssumedRoleId: `${role.id}:${input.RoleSessionName}`, Arn: assumed.principalArn },
      SubjectFromWebIdentityToken: claims.sub,
      Audience: audienceOf(claims),
      Provider: principalArn,
      PackedPolicySize: packedSize(input),
    };
  },
});

/** @throws AwsError `InvalidIdentityToken`, `ExpiredTokenException` */
function claimsOf({ WebIdentityToken }: Strict<AssumeRoleWithWebIdentityRequest>, now: number): Claims {
  const claims = payloadOf(WebIdentityToken);
  for (const name of ['iss', 'sub'] as const)
    if (typeof claims[name] !== 'string' || claims[name] === '')
      throw invalidToken(`Missing a required claim: ${name}`);
  if (typeof claims.exp !== 'number') throw invalidToken('Missing a required claim: exp');
  if (claims.aud === undefined) throw invalidToken('Missing a required claim: aud');
  if (claims.exp * 1000 <= now) throw tokenExpired(Math.floor(now / 1000), claims.exp);
  return claims as Claims;
}

function payloadOf(token: string): Partial<Claims> {
  const parts = token.split('.');
  try {
    if (parts.length !== 3) throw new Error('three parts');
    const claims: unknown = JSON.parse(Buffer.from(parts[1] as string, 'base64url').toString('utf8'));
    if (typeof claims !== 'object' || claims === null) throw new Error('an object');
    return claims as Partial<Claims>;
  } catch {
    throw invalidToken(
      'The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)',
    );
  }
}

const audienceOf = ({ azp, aud }: Claims): string => azp ?? (typeof aud === 'string' ? aud : (aud[0] as string));

/** Condition keys of the token, which begin with the provider's name ("Available keys for AWS OIDC federation"). */
function conditionsOf(
  { RoleSessionName }: Strict<AssumeRoleWithWebIdentityRequest>,
  provider: string,
  claims: Claims,
): Record<string, string | readonly string[]> {
  return {
    'sts:RoleSessionName': RoleSessionName,
    'aws:FederatedProvider': provider,
    [`${provider}:aud`]: audienceOf(claims),
    [`${provider}:sub`]: claims.sub,
    ...(claims.azp === undefined ? {} : { [`${provider}:oaud`]: claims.aud }),
    ...(claims.amr === undefined ? {} : { [`${provider}:amr`]: claims.amr }),
  };
}
