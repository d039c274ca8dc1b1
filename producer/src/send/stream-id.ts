/** A stream in requests: by its name, in the caller's account, or by its ARN. */
export type StreamId = { readonly StreamName: string } | { readonly StreamARN: string };

/** Parts of a stream's ARN. */
export interface StreamArn {
  readonly region: string;
  readonly account: string;
  readonly name: string;
}

const ARN = /^arn:aws[a-z-]*:kinesis:([a-z0-9-]+):(\d{12}):stream\/([A-Za-z0-9_.-]{1,128})$/;

/** The parts of a stream's ARN; undefined for a text that isn't an ARN. @throws TypeError for another resource's ARN */
export function parseStreamArn(text: string): StreamArn | undefined {
  if (!text.startsWith('arn:')) return undefined;
  const [, region, account, name] = ARN.exec(text) ?? [];
  if (region === undefined || account === undefined || name === undefined) {
    throw new TypeError(`${text} is not the ARN of a stream (arn:aws:kinesis:REGION:ACCOUNT:stream/NAME)`);
  }
  return { region, account, name };
}

/** The members by which requests name the stream. */
export const streamId = (nameOrArn: string): StreamId =>
  nameOrArn.startsWith('arn:') ? { StreamARN: nameOrArn } : { StreamName: nameOrArn };

/** Account of local deployments; no AWS account has this id. */
export const LOCAL_ACCOUNT = '000000000000';
