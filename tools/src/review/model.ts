import type { CostEstimate } from '../capacity/estimate';
import type { Action, Verdict } from '../plan/actions';
import type { AwsTarget } from '../terraform/synthesized';
import type { DataImpact } from './data/model';
import type { Finding } from './security/finding';

/** Which way a value went. */
export type ChangeKind = 'add' | 'remove' | 'change';

/** One attribute of a resource, before and after, as text that is safe to print. */
export interface AttributeChange {
  /** Dotted path: `tags.EnvType`, `buffering[0].size`. */
  readonly path: string;
  readonly kind: ChangeKind;
  readonly before?: string;
  readonly after?: string;
  /** The new value is known only after the apply. */
  readonly computed: boolean;
  readonly sensitive: boolean;
  /** This attribute can't be changed in place: it is why the resource is replaced. */
  readonly forcesReplacement: boolean;
  /** For a policy document: which statements come, go and change. Before and after are left out then. */
  readonly statements?: readonly StatementChange[];
}

/** One statement of a policy that comes, goes or changes. */
export interface StatementChange {
  readonly kind: ChangeKind;
  /** Its Sid, or what it does in a few words. */
  readonly label: string;
  readonly before?: readonly string[];
  readonly after?: readonly string[];
}

/** Change of one resource. */
export interface ReviewedChange {
  readonly address: string;
  readonly type: string;
  readonly action: Action;
  /** Path of the construct that declares it, without the stack; a module's address elsewhere; empty at the top. */
  readonly group: string;
  /** Name, bucket or id that a person knows the object by. */
  readonly identity?: string;
  readonly movedFrom?: string;
  readonly importedId?: string;
  /** Why Terraform chose this action, in words. */
  readonly reason?: string;
  readonly deposed?: string;
  /** Replacement in which the new object is created before the old one is destroyed. */
  readonly createFirst?: boolean;
  readonly attributes: readonly AttributeChange[];
}

/** A node of the diagram. */
export interface DiagramNode {
  readonly id: string;
  readonly label: string;
  readonly type: string;
  readonly action: Action;
  /** How many resources it stands for. */
  readonly count: number;
}

/** An arrow: data flows along it, or the source merely refers to the target. */
export interface DiagramEdge {
  readonly from: string;
  readonly to: string;
  readonly kind: 'data' | 'reference';
  readonly label?: string;
}

export interface Diagram {
  readonly nodes: readonly DiagramNode[];
  readonly edges: readonly DiagramEdge[];
  /** Parts that were left out to keep it readable. */
  readonly omitted: number;
}

export interface OutputChange {
  readonly name: string;
  readonly action: Action;
  readonly before?: string;
  readonly after?: string;
  readonly sensitive: boolean;
}

/** The whole review of one plan: what every format is rendered from. Holds no sensitive value. */
export interface Review {
  readonly stack?: string;
  /** Account, region and endpoint that the plan was made for. */
  readonly target?: AwsTarget;
  readonly terraformVersion?: string;
  readonly plannedAt?: string;
  readonly verdict: Verdict;
  /** The verdict as a sentence. */
  readonly headline: string;
  readonly dataImpacts: readonly DataImpact[];
  readonly changes: readonly ReviewedChange[];
  readonly drift: readonly ReviewedChange[];
  readonly outputs: readonly OutputChange[];
  /** Failed or unknown checks, an errored or partial plan, deferred changes. */
  readonly warnings: readonly string[];
  readonly findings: readonly Finding[];
  /** Entries of the acceptance file that matched nothing, or have expired. */
  readonly acceptanceNotes: readonly string[];
  readonly cost: CostEstimate;
  readonly diagram: Diagram;
  /** Parts that this review can't judge, and why. */
  readonly blindSpots: readonly string[];
}
