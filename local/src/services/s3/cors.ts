import { invalidRequest, malformedXml } from './errors';
import { asList, parseXml, text, type XmlNode } from './rest/xml';

/** A rule of a bucket's CORS configuration (Amazon S3 User Guide, "Elements of a CORS configuration"). */
export interface CorsRule {
  /** Origins, with at most one `*` each. */
  readonly origins: readonly string[];
  readonly methods: readonly string[];
  /** Headers that a preflight may request, with at most one `*` each. */
  readonly headers: readonly string[];
  readonly exposed: readonly string[];
  /** Seconds for which a browser may cache the answer. */
  readonly maxAge?: string;
}

const MAX_RULES = 100;
const METHODS = ['GET', 'PUT', 'POST', 'DELETE', 'HEAD'];

/** Checks the rules of a new configuration. @throws AwsError `MalformedXML`, `InvalidRequest` */
export function requireCorsRules(document: XmlNode): void {
  const rules = rulesIn(document);
  if (rules.length === 0 || rules.length > MAX_RULES) throw malformedXml();
  for (const { origins, methods, headers } of rules) {
    if (origins.length === 0 || methods.length === 0) throw malformedXml();
    const method = methods.find((one) => !METHODS.includes(one));
    if (method !== undefined)
      throw invalidRequest(`Found unsupported HTTP method in CORS config. Unsupported method is ${method}`);
    requireOneWildcard('AllowedOrigin', origins);
    requireOneWildcard('AllowedHeader', headers);
  }
}

function requireOneWildcard(element: string, patterns: readonly string[]): void {
  const pattern = patterns.find((one) => one.split('*').length > 2);
  if (pattern !== undefined) throw invalidRequest(`${element} "${pattern}" can not have more than one wildcard.`);
}

/** The first rule that allows a request, as S3 chooses it. @param content stored content of the configuration */
export function corsRuleFor(
  content: string,
  request: { origin: string; method: string; headers: readonly string[] },
): CorsRule | undefined {
  const { CORSConfiguration } = parseXml(`<CORSConfiguration>${content}</CORSConfiguration>`);
  return rulesIn(CORSConfiguration as XmlNode).find(
    ({ origins, methods, headers }) =>
      origins.some((pattern) => matches(pattern, request.origin)) &&
      methods.includes(request.method) &&
      request.headers.every((name) => headers.some((pattern) => matches(pattern.toLowerCase(), name.toLowerCase()))),
  );
}

function rulesIn(document: XmlNode): CorsRule[] {
  return asList(document.CORSRule).map((rule) => ({
    origins: texts(rule.AllowedOrigin),
    methods: texts(rule.AllowedMethod),
    headers: texts(rule.AllowedHeader),
    exposed: texts(rule.ExposeHeader),
    maxAge: text(rule.MaxAgeSeconds),
  }));
}

function texts(value: unknown): string[] {
  return [value].flat().flatMap((one) => text(one) ?? []);
}

function matches(pattern: string, value: string): boolean {
  const [start = '', end] = pattern.split('*');
  if (end === undefined) return value === pattern;
  return value.length >= start.length + end.length && value.startsWith(start) && value.endsWith(end);
}
