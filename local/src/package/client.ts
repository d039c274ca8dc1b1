/** Calls of AWS's APIs on this endpoint, as any program makes them: over HTTP, without the SDK, which the package hasn't. */
export class ApiClient {
  constructor(
    private readonly url: string,
    private readonly region = 'us-east-1',
  ) {}

  /**
   * Calls an operation of a JSON service.
   * @param target `<service's target prefix>.<operation>`, such as `Kinesis_20131202.CreateStream`
   * @throws ApiError with AWS's code
   */
  async json<T = Record<string, unknown>>(target: string, input: object): Promise<T> {
    const [service = '', operation = ''] = target.split('.');
    const answer = await fetch(this.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': target,
        authorization: this.authorization(SIGNING_NAMES[service] ?? service.toLowerCase()),
      },
      body: JSON.stringify(input),
    });
    const text = await answer.text();
    const body = text === '' ? {} : JSON.parse(text);
    if (!answer.ok)
      throw new ApiError(String(body.__type).split('#').pop() ?? '', body.message ?? body.Message, operation);
    return body as T;
  }

  /** Calls an operation of IAM's Query protocol. */
  async query(service: string, parameters: Record<string, string>): Promise<string> {
    const answer = await fetch(this.url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', authorization: this.authorization(service) },
      body: new URLSearchParams(parameters),
    });
    const text = await answer.text();
    if (!answer.ok) {
      const [code, message] = ['Code', 'Message'].map((tag) => new RegExp(`<${tag}>([^<]*)`).exec(text)?.[1] ?? '');
      throw new ApiError(code ?? '', message, parameters.Action ?? '');
    }
    return text;
  }

  /** Puts a bucket (no key) or an object. */
  async put(bucket: string, key?: string, body: string | Uint8Array = ''): Promise<void> {
    const path = key === undefined ? bucket : `${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`;
    const headers = { authorization: this.authorization('s3') };
    const answer = await fetch(`${this.url}/${path}`, { method: 'PUT', headers, body: body as string });
    const text = await answer.text();
    if (!answer.ok) throw new ApiError(/<Code>([^<]*)/.exec(text)?.[1] ?? String(answer.status), text, `PUT /${path}`);
  }

  // The endpoint takes region and service from it; what signs it is not checked.
  private authorization(service: string): string {
    const scope = `test/20260101/${this.region}/${service}/aws4_request`;
    return `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`;
  }
}

const SIGNING_NAMES: Readonly<Record<string, string>> = {
  Kinesis_20131202: 'kinesis',
  Firehose_20150804: 'firehose',
  AWSGlue: 'glue',
  AmazonAthena: 'athena',
};

/** An operation was refused. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  constructor(
    readonly code: string,
    message: string | undefined,
    operation: string,
  ) {
    super(`${operation}: ${code}${message ? `: ${message}` : ''}`);
  }
}
