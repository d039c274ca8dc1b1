import { AwsError } from '../core/errors';

/**
 * Why a delivery didn't work, as it stands in the log stream ("Monitor Amazon Data Firehose using CloudWatch Logs"):
 * a code of Firehose's, such as `S3.AccessDenied`, and a message.
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

/** Runs one step of a delivery; what AWS refuses in it becomes a {@link DeliveryFailure} with that step's code. */
export async function during<T>(step: Step, work: () => Promise<T> | T): Promise<T> {
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
