/** A request for a local deployment's stream would go to AWS. */
export class NotLocal extends Error {
  override readonly name = 'NotLocal';
}

type Handler = (args: object) => Promise<object>;

/** Any client of the SDK, with its middlewares. */
interface Guarded {
  readonly middlewareStack: { add(middleware: (next: Handler) => Handler, options: object): void };
}

/** Domains of AWS's endpoints, by partition ("Service endpoints", AWS General Reference; the SDK's partitions). */
const AWS_DOMAINS =
  /(^|\.)(amazonaws\.com(\.cn)?|amazonaws\.eu|api\.aws|aws\.dev|api\.amazonwebservices\.(com\.cn|eu)|api\.cloud-aws\.adc-e\.uk|cloud\.adc-e\.uk|s?c2s\.(ic|sgov)\.gov|csp\.hci\.ic\.gov)$/i;

/** Whether a host is an endpoint of AWS. */
export const isAwsHost = (hostname: string): boolean => AWS_DOMAINS.test(hostname);

/**
 * Refuses to send a request to AWS, by the resolved host, whatever variables, profiles or client settings say. For
 * streams of a local deployment: AWS may have a stream of the same name.
 */
export function keepOffAws(client: { readonly middlewareStack: unknown }): void {
  (client as Guarded).middlewareStack.add(
    (next) => (args) => {
      const { hostname } = (args as { request: { hostname: string } }).request;
      if (isAwsHost(hostname))
        throw new NotLocal(`the stream is of a local deployment, and the request would go to ${hostname}`);
      return next(args);
    },
    { step: 'build', priority: 'low', name: 'keepOffAws' },
  );
}
