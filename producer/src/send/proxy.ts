import { readFileSync } from 'node:fs';
import { type AgentOptions, Agent as HttpAgent, request as httpRequest, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { rootCertificates, connect as tlsConnect } from 'node:tls';

/** Environment variables, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A refusal by the proxy between this machine and AWS; the message names the proxy. */
export class ProxyError extends Error {
  override readonly name = 'ProxyError';
  constructor(
    message: string,
    /** HTTP status of the proxy's answer. */
    readonly status: number,
  ) {
    super(message);
  }
}

/**
 * The proxy for a URL by `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, as in "Using an HTTP proxy for the AWS CLI". Names
 * in lower case take precedence. `NO_PROXY` lists hosts, with their subdomains, each with an optional port; `*` means
 * all. Loopback addresses never use a proxy, as in Terraform: their servers are on this machine.
 *
 * @returns undefined if the URL is reached directly
 * @throws TypeError for a proxy that isn't a URL
 */
export function proxyFor(url: URL, env: Environment = process.env): URL | undefined {
  const name = url.protocol === 'https:' ? 'https_proxy' : 'http_proxy';
  const proxy = env[name] || env[name.toUpperCase()];
  if (!proxy || isLoopback(url.hostname) || isExcepted(url, env.no_proxy || env.NO_PROXY || '')) return undefined;
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(proxy) ? proxy : `http://${proxy}`;
  if (!URL.canParse(text)) throw new TypeError(`${name.toUpperCase()} is not the URL of a proxy: ${proxy}`);
  const parsed = new URL(text);
  if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:') {
    throw new TypeError(`${name.toUpperCase()} names a proxy of the kind ${parsed.protocol}// (http and https work)`);
  }
  return parsed;
}

/** Whether a host is this machine. */
export function isLoopback(hostname: string): boolean {
  return /^(localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)$/i.test(hostname);
}

function isExcepted({ hostname, port, protocol }: URL, exceptions: string): boolean {
  const ownPort = port || (protocol === 'https:' ? '443' : '80');
  return exceptions.split(/[\s,]+/).some((entry) => {
    if (entry === '*') return true;
    const [, host = '', wantedPort] = /^\*?\.?(.*?)(?::(\d+))?$/.exec(entry.toLowerCase()) ?? [];
    if (host === '' || (wantedPort !== undefined && wantedPort !== ownPort)) return false;
    const bare = hostname.toLowerCase().replace(/^\[|\]$/g, '');
    return bare === host || bare.endsWith(`.${host}`);
  });
}

type Connected = (error: Error | null, socket?: Socket) => void;

const authorization = ({ username, password }: URL): Record<string, string> => {
  if (username === '') return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(pair).toString('base64')}` };
};

/** A proxy's URL without its password, for messages. */
const nameOf = (proxy: URL): string => `${proxy.protocol}//${proxy.host}`;

/** Opens a tunnel to `host:port` by the CONNECT method (RFC 9110, section 9.3.6). */
function openTunnel(proxy: URL, target: string, done: Connected): void {
  const send = proxy.protocol === 'https:' ? httpsRequest : httpRequest;
  const request = send({
    host: proxy.hostname.replace(/^\[|\]$/g, ''),
    port: proxy.port || (proxy.protocol === 'https:' ? 443 : 80),
    method: 'CONNECT',
    path: target,
    agent: false,
    headers: { host: target, ...authorization(proxy) },
  });
  request.once('connect', (response, socket) => {
    const { statusCode = 0, statusMessage = '' } = response;
    if (statusCode >= 200 && statusCode < 300) return done(null, socket);
    socket.destroy();
    const said = `${statusCode} ${statusMessage}`.trim();
    done(new ProxyError(`the proxy ${nameOf(proxy)} answered ${said} when asked for ${target}`, statusCode));
  });
  request.once('error', (error: NodeJS.ErrnoException) => {
    const reason = error.code ?? error.message;
    done(Object.assign(new Error(`the proxy ${nameOf(proxy)} can't be reached (${reason})`), { code: error.code }));
  });
  request.end();
}

/** Sockets to HTTPS hosts: through a tunnel if a proxy applies, else directly. */
class TunnelAgent extends HttpsAgent {
  constructor(
    options: AgentOptions,
    private readonly env: Environment,
  ) {
    super(options);
  }

  override createConnection(
    options: RequestOptions,
    callback?: (error: Error | null, socket: Duplex) => void,
  ): undefined {
    // Node's own agent, the only caller, passes a callback that takes an error alone.
    const done = callback as Connected;
    const host = options.host ?? 'localhost';
    const port = String(options.port ?? 443);
    const proxy = proxyFor(new URL(`https://${host.includes(':') ? `[${host}]` : host}:${port}`), this.env);
    if (proxy === undefined) {
      done(null, super.createConnection(options as never) as unknown as Socket);
      return;
    }
    openTunnel(proxy, `${host}:${port}`, (error, socket) => {
      if (error !== null || socket === undefined) done(error);
      else done(null, tlsConnect({ ...(options as object), socket }));
    });
  }
}

/** Sockets to HTTP hosts: a proxy gets the request with the whole URL in its first line. */
class ForwardAgent extends HttpAgent {
  constructor(
    options: AgentOptions,
    private readonly env: Environment,
  ) {
    super(options);
  }

  // Node calls this for each request before writing its head; its type declarations leave it out.
  addRequest(request: { path: string; setHeader(name: string, value: string): void }, options: RequestOptions): void {
    const host = options.host ?? 'localhost';
    const url = new URL(`http://${host.includes(':') ? `[${host}]` : host}:${options.port ?? 80}`);
    const proxy = proxyFor(url, this.env);
    if (proxy !== undefined) {
      request.path = url.origin + request.path;
      for (const [name, value] of Object.entries(authorization(proxy))) request.setHeader(name, value);
      options.host = proxy.hostname;
      options.port = proxy.port || 80;
    }
    (HttpAgent.prototype as unknown as ForwardAgent).addRequest.call(this, request, options);
  }
}

/** Sockets for requests to AWS. */
export interface Agents {
  readonly httpAgent: HttpAgent;
  readonly httpsAgent: HttpsAgent;
}

/**
 * Creates keep-alive agents that use the proxies of the environment, and trust the certificates of `AWS_CA_BUNDLE`
 * beside the usual ones: a proxy that inspects TLS has its own.
 *
 * @param maxSockets most open sockets to a host; further requests wait
 * @throws Error if AWS_CA_BUNDLE can't be read
 */
export function createAgents(maxSockets = 64, env: Environment = process.env): Agents {
  const bundle = env.AWS_CA_BUNDLE;
  const options = { keepAlive: true, maxSockets };
  const trusted = bundle ? { ca: [...rootCertificates, readFileSync(bundle, 'utf8')] } : {};
  return { httpAgent: new ForwardAgent(options, env), httpsAgent: new TunnelAgent({ ...options, ...trusted }, env) };
}
