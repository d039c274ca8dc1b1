import * as fc from 'fast-check';
import {
  type PlanJson,
  parsePlan,
  reviewPlan,
  toHtml,
  toJson,
  toMarkdown,
  toSarif,
  toSummary,
  toTerminal,
} from 'lakehouse-tools';

/*
 * Plans with secrets at random places, of each kind that Terraform marks or leaves unmarked elsewhere, in the formats
 * of several versions. No format of the review may show one.
 */

const RUNS = Number(process.env.REVIEW_SECRET_RUNS ?? 100);

const FORMATS = [
  toSummary,
  toTerminal,
  (review: Parameters<typeof toTerminal>[0]) => toTerminal(review, { full: true }),
  toMarkdown,
  toHtml,
  toJson,
  toSarif,
];

/** A secret unlike anything else in a plan, with characters that JSON, HTML and URLs escape. */
const secret = fc
  .tuple(fc.stringMatching(/^[a-z0-9<>&"'\\/ =+-]{3,20}$/), fc.stringMatching(/^[A-Z0-9]{10}$/))
  .map(([odd, plain]) => `s${plain}${odd}e`);

const place = fc.constantFrom(
  'attribute',
  'before',
  'nested',
  'list',
  'map key',
  'json text',
  'policy',
  'tag',
  'check',
  'output',
  'old output',
  'variable',
  'drift',
  'deferred',
  'action',
  'data source',
  'module variable',
  'identity',
  'old attribute',
);
type Place = typeof place extends fc.Arbitrary<infer P> ? P : never;

interface Draft {
  changes: Record<string, unknown>[];
  plan: Record<string, unknown>;
}

const entry = (address: string, change: object, more = {}) => ({
  address,
  mode: 'managed',
  type: address.split('.')[0],
  name: address.split('.')[1],
  provider_name: 'registry.terraform.io/hashicorp/aws',
  change: {
    actions: ['update'],
    before: {},
    after: {},
    after_unknown: {},
    before_sensitive: {},
    after_sensitive: {},
    ...change,
  },
  ...more,
});

/** Marks the secret somewhere, once, if it is otherwise used without a mark only. */
function declare(draft: Draft, text: string, index: number): void {
  draft.plan.variables = { ...(draft.plan.variables as object), [`v${index}`]: { value: text } };
  const root = (draft.plan.configuration as { root_module: { variables: Record<string, unknown> } }).root_module;
  root.variables[`v${index}`] = { sensitive: true };
}

/** Adds to a list of the plan. */
function append(draft: Draft, name: string, ...items: object[]): void {
  draft.plan[name] = [...((draft.plan[name] as object[] | undefined) ?? []), ...items];
}

function put(draft: Draft, where: Place, text: string, index: number): void {
  const name = `aws_ssm_parameter.p${index}`;
  const bucket = `aws_s3_bucket.b${index}`;
  const add = (change: object, more = {}) => draft.changes.push(entry(name, change, more));
  switch (where) {
    case 'attribute':
      return void add({ after: { value: text }, after_sensitive: { value: true } });
    case 'before':
      return void add({ before: { value: text }, after: { value: 'x' }, before_sensitive: { value: true } });
    case 'nested':
      return void add({ after: { a: { b: [{ c: text }] } }, after_sensitive: { a: { b: [{ c: true }] } } });
    case 'list':
      return void add({ after: { a: ['plain', text] }, after_sensitive: { a: [false, true] } });
    case 'map key':
      return void add({ after: { a: { [`${text}-as-a-key-of-a-map`]: text } }, after_sensitive: { a: true } });
    case 'json text':
      declare(draft, text, index);
      return void add({ after: { value: JSON.stringify({ deep: [{ password: text }] }) } });
    case 'policy':
      declare(draft, text, index);
      return void draft.changes.push(
        entry(`aws_s3_bucket_policy.b${index}`, {
          after: {
            policy: JSON.stringify({
              Statement: [{ Sid: text, Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: text }],
            }),
          },
        }),
      );
    case 'tag':
      declare(draft, text, index);
      return void draft.changes.push(
        entry(bucket, { actions: ['create'], before: null, after: { bucket: 'b', tags: { owner: `is ${text}.` } } }),
      );
    case 'check':
      declare(draft, text, index);
      append(draft, 'checks', {
        address: { to_display: 'check.c' },
        status: 'fail',
        instances: [{ problems: [{ message: `no login with ${text} today` }] }],
      });
      return;
    case 'output':
      draft.plan.output_changes = {
        ...(draft.plan.output_changes as object),
        [`o${index}`]: {
          actions: ['update'],
          before: 'x',
          after: { inner: text },
          before_sensitive: false,
          after_sensitive: true,
        },
      };
      return;
    case 'old output': {
      const planned = draft.plan.planned_values as { outputs: Record<string, unknown> };
      planned.outputs[`p${index}`] = { sensitive: true, value: text };
      draft.plan.output_changes = {
        ...(draft.plan.output_changes as object),
        [`p${index}`]: { actions: ['create'], before: null, after: text, after_unknown: false },
      };
      return;
    }
    case 'variable':
      declare(draft, text, index);
      return void add({ after: { description: `made with ${text}` } });
    case 'drift':
      append(
        draft,
        'resource_drift',
        entry(name, { after: { value: text }, after_sensitive: { value: true } }),
        entry(`aws_sqs_queue.q${index}`, { after: { description: text } }),
      );
      return;
    case 'deferred':
      append(draft, 'deferred_changes', {
        reason: `because of ${text}`,
        resource_change: entry(name, { after: { value: text }, after_sensitive: { value: true } }),
      });
      return;
    case 'action':
      append(draft, 'action_invocations', {
        address: `action.aws_x.${index}`,
        type: 'aws_x',
        config_values: { key: text },
        config_sensitive: { key: true },
      });
      return void add({ after: { description: text } });
    case 'data source':
      (
        draft.plan.prior_state as { values: { root_module: { resources: object[] } } }
      ).values.root_module.resources.push({
        address: `data.aws_x.d${index}`,
        mode: 'data',
        type: 'aws_x',
        values: { v: text },
        sensitive_values: { v: true },
      });
      return void add({ after: { description: text } });
    case 'module variable': {
      const root = (draft.plan.configuration as { root_module: { module_calls: Record<string, unknown> } }).root_module;
      root.module_calls[`m${index}`] = {
        expressions: { key: { constant_value: text } },
        module: { variables: { key: { sensitive: true } } },
      };
      return void add({ after: { description: text } });
    }
    case 'identity':
      return void draft.changes.push(
        entry(`aws_secretsmanager_secret.s${index}`, {
          actions: ['delete'],
          before: { name: text },
          after: null,
          before_sensitive: { name: true },
        }),
      );
    case 'old attribute': {
      // Terraform before 0.15.1 doesn't mark it, although the provider's schema calls the attribute sensitive.
      draft.plan.terraform_version = '0.13.5';
      const change = entry(`aws_db_instance.d${index}`, { after: { password: text, identifier: 'd' } });
      const { before_sensitive: _, after_sensitive: __, ...bare } = change.change;
      return void draft.changes.push({ ...change, change: bare });
    }
  }
}

function planWith(places: readonly Place[], secrets: readonly string[]): PlanJson {
  const draft: Draft = {
    changes: [],
    plan: {
      format_version: '1.2',
      terraform_version: '1.11.4',
      planned_values: { outputs: {} },
      prior_state: { values: { root_module: { resources: [] } } },
      configuration: { root_module: { variables: {}, module_calls: {} } },
    },
  };
  for (const [index, where] of places.entries()) put(draft, where, secrets[index] ?? '', index);
  return { ...draft.plan, resource_changes: draft.changes } as unknown as PlanJson;
}

/** A secret in the spellings of all formats: plain, escaped for HTML, escaped for JSON. */
function spellings(text: string): string[] {
  const html = text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
  return [text, html, html.replace(/'/g, '&#39;'), JSON.stringify(text).slice(1, -1)];
}

test('no secret of any place is in any format', () => {
  fc.assert(
    fc.property(
      fc.array(place, { minLength: 1, maxLength: 6 }),
      fc.array(secret, { minLength: 6, maxLength: 6 }),
      (places, secrets) => {
        const review = reviewPlan(parsePlan(JSON.stringify(planWith(places, secrets))));
        for (const format of FORMATS) {
          const text = format(review);
          for (const [index, where] of places.entries()) {
            const found = spellings(secrets[index] ?? '').find((spelling) => text.includes(spelling));
            if (found !== undefined) throw new Error(`${where}: ${format.name} shows ${found}`);
            // Ten characters that stand nowhere else in the plan.
            expect(text).not.toContain((secrets[index] ?? '').slice(1, 11));
          }
        }
      },
    ),
    { numRuns: RUNS },
  );
});

test('a secret that changes is shown as changed, without either value', () => {
  const plan = planWith([], []);
  const changes = [
    entry('aws_ssm_parameter.p', {
      before: { value: 'old-secret-1', same: 'stays-secret-3' },
      after: { value: 'new-secret-2', same: 'stays-secret-3' },
      before_sensitive: { value: true, same: true },
      after_sensitive: { value: true, same: true },
    }),
  ];
  const [change] = reviewPlan({ ...plan, resource_changes: changes } as unknown as PlanJson).changes;
  expect(change?.attributes).toMatchObject([
    { path: 'value', kind: 'change', before: '(sensitive)', after: '(sensitive)' },
  ]);
});

test('a plan without marks says so, and one with marks does not', () => {
  const old = planWith(['old attribute'], ['sABCDEFGHIJ-old']);
  expect(reviewPlan(old).warnings.join()).toMatch(/Terraform 0\.13\.5\) has no marks of sensitive attributes/);
  expect(reviewPlan(planWith(['attribute'], ['sABCDEFGHIJ-new'])).warnings).toEqual([]);
});
