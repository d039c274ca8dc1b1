import { randomBytes } from 'node:crypto';
import type { Credential } from '../../core/http';
import type { Caller, Session } from '../../core/operation';
import { ServiceState } from '../../core/service-state';
import { ownerOf } from '../../http/caller';
import { badSessionToken } from './errors';

/** The session of a temporary access key. */
interface StoredSession {
  readonly accountId: string;
  readonly principalArn: string;
  readonly roleArn?: string;
  readonly session?: Session;
  readonly expiresAt: number;
}

/** Credentials in STS's answers. */
export interface SessionCredentials {
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
  readonly SessionToken: string;
  readonly Expiration: Date;
}

/**
 * Prefix of the access keys issued here: an unknown one is refused. Other temporary keys are AWS's own, whose holder
 * counts as the account's owner, as with any key.
 */
const KEY_PREFIX = 'ASIALAKE';
/** Number of issued sessions after which expired ones are deleted. */
const SWEEP_EVERY = 1_000;

/** The temporary credentials issued by STS, which outlive a restart. */
export class StsState extends ServiceState {
  private readonly sessions = this.rows<StoredSession>('sts.sessions');
  private issued = 0;

  async issue(caller: Caller, seconds: number): Promise<SessionCredentials> {
    const expiresAt = this.cloud.clock.now() + seconds * 1000;
    const { accountId, principalArn, roleArn, session } = caller;
    const key = `${KEY_PREFIX}${randomBytes(6).toString('hex').toUpperCase()}`;
    await this.sessions.put(key, { accountId, principalArn, roleArn, session, expiresAt });
    if (++this.issued % SWEEP_EVERY === 0) this.sweep();
    return {
      AccessKeyId: key,
      SecretAccessKey: randomBytes(30).toString('base64'),
      SessionToken: randomBytes(96).toString('base64'),
      Expiration: new Date(expiresAt),
    };
  }

  /**
   * The caller of a request's credential: the session of a key issued here, else the account's owner.
   * @throws AwsError `ExpiredTokenException`, in Query and S3 `ExpiredToken`, for an expired session;
   * `UnrecognizedClientException`, in Query `InvalidClientTokenId`, for a deleted one
   */
  callerOf(credential: Credential): Caller {
    const owner = ownerOf(credential);
    const { accessKeyId } = credential;
    if (accessKeyId?.startsWith(KEY_PREFIX) !== true) return owner;
    const session = this.sessions.get(accessKeyId);
    if (session === undefined) throw badSessionToken('UnrecognizedClientException', 'InvalidClientTokenId', 'invalid');
    if (session.expiresAt <= this.cloud.clock.now())
      throw badSessionToken('ExpiredTokenException', 'ExpiredToken', 'expired');
    const { accountId, principalArn, roleArn, session: narrowed } = session;
    return { accountId, principalArn, roleArn, region: owner.region, ...(narrowed && { session: narrowed }) };
  }

  /** Account of the session of a key issued here. */
  accountOf(accessKeyId: string): string | undefined {
    return this.sessions.get(accessKeyId)?.accountId;
  }

  private sweep(): void {
    const now = this.cloud.clock.now();
    for (const { key, value } of this.sessions.getRange({})) if (value.expiresAt <= now) this.sessions.remove(key);
  }
}
