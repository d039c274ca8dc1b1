import type { HttpRequest, HttpResponse } from '../core/http';
import { version } from './version';

/** Handler of requests. */
export interface RequestHandler {
  handle(request: HttpRequest): Promise<HttpResponse>;
}

/** Paths of the endpoint itself; no bucket's name begins with an underscore. */
export const HEALTH_PATH = '/_lakehouse/health';
export const RESET_PATH = '/_lakehouse/reset';

export interface ControlOptions {
  readonly services: readonly string[];
  /** Whether the contents that the endpoint is filled with at its start are there. */
  readonly isFilled: () => boolean;
  /** Empties the endpoint; undefined where that isn't allowed. */
  readonly reset?: (() => Promise<void>) | undefined;
}

/** Answers the endpoint's own paths, and leaves all others to the services. */
export function withControl(services: RequestHandler, options: ControlOptions): RequestHandler {
  return {
    handle: async (request) => {
      if (request.path === HEALTH_PATH && (request.method === 'GET' || request.method === 'HEAD')) {
        const filled = options.isFilled();
        const status = filled ? 'running' : 'seeding';
        return json(filled ? 200 : 503, { status, version: version(), services: options.services });
      }
      if (request.path !== RESET_PATH || request.method !== 'POST') return services.handle(request);
      request.body.resume();
      if (options.reset === undefined) {
        return json(403, {
          message:
            'Start the endpoint with --allow-reset (or LAKEHOUSE_LOCAL_ALLOW_RESET=true) to empty it by a request.',
        });
      }
      await options.reset();
      return json(200, { status: 'empty' });
    },
  };
}

/** Tells of each request and its answer, a line each. */
export function withTrace(services: RequestHandler, log: (line: string) => void): RequestHandler {
  return {
    handle: async (request) => {
      const started = performance.now();
      const answer = await services.handle(request);
      const what = request.headers['x-amz-target'] ?? request.path;
      log(`${request.method} ${what} ${answer.status} ${(performance.now() - started).toFixed(1)} ms`);
      return answer;
    },
  };
}

const json = (status: number, body: object): HttpResponse => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: `${JSON.stringify(body)}\n`,
});
