import { asList, asObject, type Json } from '../shared/json';

/** One statement of an IAM or resource policy; single values become lists. */
export interface Statement {
  readonly sid?: string;
  readonly effect: string;
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  readonly resources: readonly string[];
  readonly notResources: readonly string[];
  /** Principals by kind (`AWS`, `Service`, `*`). */
  readonly principals: Readonly<Record<string, readonly string[]>>;
  readonly notPrincipals: boolean;
  /** Operator, key and values. */
  readonly conditions: readonly {
    readonly operator: string;
    readonly key: string;
    readonly values: readonly string[];
  }[];
}

/** Statements of a policy document in JSON ("IAM JSON policy elements reference"); undefined if the text is none. */
export function parsePolicy(text: string): Statement[] | undefined {
  if (!text.includes('Statement')) return undefined;
  try {
    const document = asObject(JSON.parse(text) as Json);
    if (document.Statement === undefined) return undefined;
    return asList(document.Statement).map(asObject).map(fromJson);
  } catch {
    return undefined;
  }
}

function fromJson(statement: Record<string, Json>): Statement {
  return {
    ...(typeof statement.Sid === 'string' && { sid: statement.Sid }),
    effect: String(statement.Effect ?? 'Allow'),
    actions: strings(statement.Action),
    notActions: strings(statement.NotAction),
    resources: strings(statement.Resource),
    notResources: strings(statement.NotResource),
    principals: principalsOf(statement.Principal),
    notPrincipals: statement.NotPrincipal !== undefined,
    conditions: Object.entries(asObject(statement.Condition)).flatMap(([operator, keys]) =>
      Object.entries(asObject(keys)).map(([key, values]) => ({ operator, key, values: strings(values) })),
    ),
  };
}

function principalsOf(principal: Json | undefined): Record<string, string[]> {
  if (principal === undefined || principal === null) return {};
  if (typeof principal === 'string') return { [principal]: [principal] };
  return Object.fromEntries(Object.entries(asObject(principal)).map(([kind, who]) => [kind, strings(who)]));
}

function strings(value: Json | undefined): string[] {
  return asList(value).map((item) => (typeof item === 'string' ? item : JSON.stringify(item)));
}

/** Statements of an aws_iam_policy_document data source, from its planned or configured `statement` blocks. */
export function statementsOfDataSource(values: Record<string, Json>): Statement[] {
  return asList(values.statement)
    .map(asObject)
    .map((block) => ({
      ...(typeof block.sid === 'string' && block.sid !== '' && { sid: block.sid }),
      effect: typeof block.effect === 'string' ? block.effect : 'Allow',
      actions: strings(block.actions),
      notActions: strings(block.not_actions),
      resources: strings(block.resources),
      notResources: strings(block.not_resources),
      principals: Object.fromEntries(
        asList(block.principals)
          .map(asObject)
          .map((principal) => [String(principal.type), strings(principal.identifiers)]),
      ),
      notPrincipals: asList(block.not_principals).length > 0,
      conditions: asList(block.condition)
        .map(asObject)
        .map(({ test, variable, values: of }) => ({
          operator: String(test),
          key: String(variable),
          values: strings(of),
        })),
    }));
}

/** Whether a statement's principal is everybody: `"Principal": "*"` or `{"AWS": "*"}`. */
export function namesEverybody(statement: Statement): boolean {
  return Object.values(statement.principals).some((who) => who.includes('*'));
}
