import { ValueError } from '../../values/value';
import { type FunctionRow, scalar, script } from '../row';

/** The parts of a URI, as java.net.URI parses it (RFC 2396). */
interface Uri {
  readonly protocol: string;
  readonly host: string;
  readonly port: string | undefined;
  readonly path: string;
  readonly query: string;
  readonly fragment: string;
}

const PARTS = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s;
const ILLEGAL = /[\s"<>\\^`{|}\p{Cc}]|%(?![0-9A-Fa-f]{2})/u;

function parse(url: string): Uri | undefined {
  if (ILLEGAL.test(url)) return undefined;
  const [, protocol = '', authority = '', path = '', query = '', fragment = ''] = PARTS.exec(url) ?? [];
  const place = /^(?:[^@]*@)?(\[[^\]]*\]|[^:]*)(?::(\d*))?$/.exec(authority);
  return { protocol, host: place?.[1] ?? '', port: place?.[2], path, query, fragment };
}

const decoded = (text: string): string =>
  text.replaceAll(/(?:%[0-9A-Fa-f]{2})+/g, (escapes) =>
    Buffer.from(escapes.replaceAll('%', ''), 'hex').toString('utf8'),
  );

const part = (name: 'protocol' | 'host' | 'path' | 'query' | 'fragment') =>
  script((url: string) => {
    const found = parse(url)?.[name];
    return found === undefined ? null : name === 'protocol' || name === 'host' ? found : decoded(found);
  });

const formDecoded = (text: string): string => decoded(text.replaceAll('+', ' '));

function parameter(url: string, name: string): string | null {
  for (const each of parse(url)?.query.split('&') ?? []) {
    const [key = '', ...value] = each.split('=');
    if (formDecoded(key) === name) return formDecoded(value.join('='));
  }
  return null;
}

function encode(text: string): string {
  return encodeURIComponent(text)
    .replaceAll('%20', '+')
    .replaceAll(/[!'()~]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);
}

function decode(text: string): string {
  if (/%(?![0-9A-Fa-f]{2})/.test(text))
    throw new ValueError('INVALID_FUNCTION_ARGUMENT', `Illegal hex characters in escape (%) pattern: ${text}`);
  return formDecoded(text);
}

/** URLs ("URL functions"). */
export const URLS: readonly FunctionRow[] = [
  scalar('url_extract_protocol(varchar) -> varchar', part('protocol')),
  scalar('url_extract_host(varchar) -> varchar', part('host')),
  scalar(
    'url_extract_port(varchar) -> bigint',
    script((url: string) => {
      const port = parse(url)?.port;
      return port === undefined || port === '' ? null : BigInt(port);
    }),
  ),
  scalar('url_extract_path(varchar) -> varchar', part('path')),
  scalar('url_extract_query(varchar) -> varchar', part('query')),
  scalar('url_extract_fragment(varchar) -> varchar', part('fragment')),
  scalar('url_extract_parameter(varchar, varchar) -> varchar', script(parameter)),
  scalar('url_encode(varchar) -> varchar', script(encode)),
  scalar('url_decode(varchar) -> varchar', script(decode)),
];
