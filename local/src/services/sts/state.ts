import { randomBytes } from 'node:crypto';
import { AwsError } from '../../core/errors';
import type { Credential } from '../../core/http';
import type { Caller, Session } from '../../core/operation';
import { ServiceState } from '../../core/service-state';
import { ownerOf } from '../../http/caller';

/** What a temporary access key stands for. */
interface StoredSession {
  readonly accountId: string;
  readonly principalArn: string;
  readonly roleArn?: string;
  readonly session?: Session;
  readonly expiresAt: number;
}

/** Credentials as STS gives them out. */
export interface SessionCredentials {
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
  readonly SessionToken: string;
  readonly Expiration: Date;
}

/**
 * How the access keys that are given out here begin: one that is not known any more is refused. Other temporary keys
 * are AWS's own, whose holder is the account's owner as with any key.
 */
const KEY_PREFIX = 'ASIALAKE';
/** Ended sessions are dropped when so many have been given out since. */
const SWEEP_EVERY = 1_000;

/** The temporary credentials that STS has given out; they outlive a restart. */
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
   * The caller that a request's credential stands for: the session of a key that was given out here, else the account's owner.
   * @throws AwsError `ExpiredTokenException`, in Query and S3 `ExpiredToken`, when the session is over;
   * `UnrecognizedClientException`, in Query `InvalidClientTokenId`, for one that was dropped since.
   */
  callerOf(credential: Credential): Caller {
    const owner = ownerOf(credential);
    const { accessKeyId } = credential;
    if (accessKeyId?.startsWith(KEY_PREFIX) !== true) return owner;
    const session = this.sessions.get(accessKeyId);
    if (session === undefined) throw refused('UnrecognizedClientException', 'InvalidClientTokenId', 'invalid');
    if (session.expiresAt <= this.cloud.clock.now()) throw refused('ExpiredTokenException', 'ExpiredToken', 'expired');
    const { accountId, principalArn, roleArn, session: narrowed } = session;
    return { accountId, principalArn, roleArn, region: owner.region, ...(narrowed && { session: narrowed }) };
  }

  /** Whose session a key is of that was given out here. */
  accountOf(accessKeyId: string): string | undefined {
    return this.sessions.get(accessKeyId)?.accountId;
  }

  private sweep(): void {
    const now = this.cloud.clock.now();
    for (const { key, value } of this.sessions.getRange({})) if (value.expiresAt <= now) this.sessions.remove(key);
  }
}

function refused(code: string, queryCode: string, how: string): AwsError {
  return new AwsError(code, `The security token included in the request is ${how}`, { queryCode, status: 403 });
}
