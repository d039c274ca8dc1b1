import { AwsError } from '../core/errors';

/**
 * A failed delivery, for the log stream ("Monitor Amazon Data Firehose using CloudWatch Logs"): Firehose's code, such
 * as `S3.AccessDenied`, and a message.
 */
export class DeliveryFailure extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

type Step = 'Kinesis' | 'S3' | 'Glue' | 'KMS' | 'AssumeRole';

const HINTS: Readonly<Record<Step, string>> = {
  Kinesis:
    'Access was denied. Ensure that the access policy for the provided IAM role allows Firehose to read the Kinesis stream.',
  S3: 'Access was denied. Ensure that the trust policy for the provided IAM role allows Firehose to assume the role, and the access policy allows access to the S3 bucket.',
  Glue: 'Access was denied when calling Glue. Ensure that the role specified in the data format conversion configuration has the necessary permissions.',
  KMS: 'Access was denied. Ensure that the access policy for the provided IAM role allows the use of the KMS key.',
  AssumeRole:
    'Firehose is unable to assume the role. Ensure that the trust policy for the provided IAM role allows Firehose to assume the role.',
};

/** Runs one step of a delivery; an AWS error in it becomes a {@link DeliveryFailure} with that step's code. */
export async function asDeliveryFailure<T>(step: Step, work: () => Promise<T> | T): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw explain(step, error);
  }
}

function explain(step: Step, error: AwsError): DeliveryFailure {
  const denied = /^(KMS)?AccessDenied/.test(error.code);
  const about =
    /\bkms:/.test(error.message) && step === 'S3' ? 'S3.KMS' : step === 'Glue' ? 'DataFormatConversion' : step;
  if (denied) return new DeliveryFailure(`${about}.AccessDenied`, `${HINTS[step]} ${error.message}`);
  if (step === 'AssumeRole') return new DeliveryFailure('S3.AccessDenied', `${HINTS.AssumeRole} ${error.message}`);
  if (step === 'Glue') return new DeliveryFailure('DataFormatConversion.InvalidSchema', error.message);
  return new DeliveryFailure(`${about}.${error.code.replace(/Exception$/, '')}`, error.message);
}

/** Whether an error comes from a full disk or too many open files: not from the records. */
export function isOutOfSpace(error: unknown): boolean {
  const { code, message } = error as Error & { code?: string };
  return (
    /^(ENOSPC|EDQUOT|EROFS|EIO|EMFILE|ENFILE)$/.test(code ?? '') || /No space left|ENOSPC|disk is full/i.test(message)
  );
}

/** A fault of the endpoint, worded for the log stream; the endpoint's own log has the details. */
export function endpointFailure(error: unknown): DeliveryFailure {
  const cause = isOutOfSpace(error)
    ? 'there is no space left on the disk of this endpoint, or there are too many open files'
    : 'of a fault in this endpoint, which its log shows';
  return new DeliveryFailure(
    'S3.InternalError',
    `The data could not be delivered, because ${cause}. Delivery is tried again; until then the records stay in the source.`,
  );
}
