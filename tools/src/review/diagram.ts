import { type Action, actionOf, isManaged } from '../plan/actions';
import type { MaskedPlan, PlannedChange } from '../plan/masked-plan';
import { type PlannedResources, targetOf, withoutKeys } from '../plan/planned';
import type { Diagram, DiagramEdge, DiagramNode } from './model';

/** A data flow between two known types, by the argument that refers to the other. */
interface DataFlow {
  /** Type whose argument refers to the other. */
  readonly type: string;
  readonly argument: string;
  readonly to: string;
  /** `out`: data flows from `type` to `to`; `in`: the other way. */
  readonly flow: 'in' | 'out';
  readonly label: string;
}

const DELIVERY = 'aws_kinesis_firehose_delivery_stream';

/** Data flows between known types. */
const DATA_FLOWS: readonly DataFlow[] = [
  { type: DELIVERY, argument: 'kinesis_source_configuration', to: 'aws_kinesis_stream', flow: 'in', label: 'records' },
  { type: DELIVERY, argument: 'extended_s3_configuration', to: 'aws_s3_bucket', flow: 'out', label: 'files' },
  {
    type: DELIVERY,
    argument: 'extended_s3_configuration',
    to: 'aws_cloudwatch_log_stream',
    flow: 'out',
    label: 'errors',
  },
  { type: 'aws_glue_catalog_table', argument: 'storage_descriptor', to: 'aws_s3_bucket', flow: 'in', label: 'rows' },
  { type: 'aws_athena_workgroup', argument: 'configuration', to: 'aws_s3_bucket', flow: 'out', label: 'results' },
  {
    type: 'aws_lambda_event_source_mapping',
    argument: 'event_source_arn',
    to: 'aws_kinesis_stream',
    flow: 'in',
    label: 'records',
  },
];

/** Most nodes of a readable picture: beyond, only changes are drawn, and beyond that types instead of resources. */
const MOST_NODES = 40;

/** The plan's resources and the data flows between them, with changed ones marked. */
export function diagramOf(plan: MaskedPlan, resources: PlannedResources): Diagram {
  const changes = plan.resourceChanges.filter((change) => isManaged(change) && change.deposed === undefined);
  const all = changes.map(nodeOf);
  if (all.length <= MOST_NODES)
    return { nodes: all, edges: connect(resources, new Set(all.map(({ id }) => id))), omitted: 0 };
  const changed = all.filter((node) => node.action !== 'no-op');
  if (changed.length > 0 && changed.length <= MOST_NODES) {
    const edges = connect(resources, new Set(changed.map(({ id }) => id)));
    return { nodes: changed, edges, omitted: all.length - changed.length };
  }
  return byType(changes, all.length);
}

function nodeOf(change: PlannedChange): DiagramNode {
  return {
    id: change.address,
    label: change.name ?? change.address,
    type: change.type,
    action: actionOf(change.change),
    count: 1,
  };
}

function connect(resources: PlannedResources, drawn: ReadonlySet<string>): DiagramEdge[] {
  const edges = new Map<string, DiagramEdge>();
  const byConfiguredAddress = new Map<string, string>();
  for (const id of drawn) byConfiguredAddress.set(withoutKeys(id), id);
  for (const resource of resources.all) {
    if (!drawn.has(resource.address)) continue;
    for (const [argument, references] of Object.entries(resource.references)) {
      for (const reference of references) {
        const target = byConfiguredAddress.get(targetOf(reference, resource.address));
        if (target === undefined || target === resource.address) continue;
        const edge = edgeBetween(resource.address, resource.type, argument, target);
        const key = `${edge.from} ${edge.to}`;
        if (edges.get(key)?.kind !== 'data') edges.set(key, edge);
      }
    }
  }
  return [...edges.values()];
}

function edgeBetween(from: string, type: string, argument: string, to: string): DiagramEdge {
  const toType = withoutKeys(to).split('.').at(-2);
  const flow = DATA_FLOWS.find((known) => known.type === type && known.argument === argument && known.to === toType);
  if (flow === undefined) return { from, to, kind: 'reference' };
  return flow.flow === 'in'
    ? { from: to, to: from, kind: 'data', label: flow.label }
    : { from, to, kind: 'data', label: flow.label };
}

function byType(changes: readonly PlannedChange[], total: number): Diagram {
  const groups = new Map<string, { count: number; action: Action }>();
  for (const change of changes) {
    const action = actionOf(change.change);
    const group = groups.get(change.type);
    if (group === undefined) groups.set(change.type, { count: 1, action });
    else groups.set(change.type, { count: group.count + 1, action: group.action === action ? action : 'unknown' });
  }
  const largest = [...groups].sort(([, a], [, b]) => b.count - a.count).slice(0, MOST_NODES);
  const nodes = largest.map(([type, { count, action }]) => ({
    id: type,
    label: `${count} resources`,
    type,
    action,
    count,
  }));
  return { nodes, edges: [], omitted: total - nodes.reduce((sum, node) => sum + node.count, 0) };
}
