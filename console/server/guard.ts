import type { MiddlewareHandler } from 'hono';

/**
 * Refuses requests that don't come from the console's own page: a Host that isn't loopback (DNS rebinding by another
 * page) and a foreign Origin (a cross-site request). A request that changes something must carry JSON, which no plain
 * HTML form can send.
 */
export const guard: MiddlewareHandler = async (context, next) => {
  // Headers first, so that a refusal has them too.
  context.header('content-security-policy', CONTENT_SECURITY_POLICY);
  context.header('x-content-type-options', 'nosniff');
  context.header('referrer-policy', 'no-referrer');
  context.header('cross-origin-resource-policy', 'same-origin');
  const host = context.req.header('host') ?? '';
  if (!isLoopback(host))
    return context.json({ title: 'This console answers to a loopback address only.', code: 'ForeignHost' }, 403);
  const origin = context.req.header('origin');
  if (origin !== undefined && origin !== `http://${host}`) {
    return context.json({ title: 'This console answers its own page only.', code: 'ForeignOrigin' }, 403);
  }
  const changes = context.req.method !== 'GET' && context.req.method !== 'HEAD';
  if (changes && !(context.req.header('content-type') ?? '').startsWith('application/json')) {
    return context.json({ title: 'Send JSON.', code: 'UnsupportedMediaType' }, 415);
  }
  await next();
};

// Inline styles are allowed: the editor and the charts set them at run time. Scripts come from the page's own files
// alone.
const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

function isLoopback(host: string): boolean {
  const name = host
    .replace(/:\d+$/, '')
    .replace(/^\[|\]$/g, '')
    .toLowerCase();
  return name === 'localhost' || name === '::1' || /^127(\.\d{1,3}){3}$/.test(name);
}
