import type { CostEstimate } from '../capacity/estimate';
import type { Action, Verdict } from '../plan/actions';
import type { AwsTarget } from '../terraform/synthesized';
import type { DataImpact } from './data/model';
import type { Finding } from './security/finding';

/** Direction of a change. */
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
  /** Whether this attribute forces the replacement: it can't be changed in place. */
  readonly forcesReplacement: boolean;
  /** Changed statements of a policy document; before and after are then left out. */
  readonly statements?: readonly StatementChange[];
}

/** An added, removed or changed statement of a policy. */
export interface StatementChange {
  readonly kind: ChangeKind;
  /** Its Sid, or a short description. */
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
  /** Name, bucket or id by which a person identifies the object. */
  readonly identity?: string;
  readonly movedFrom?: string;
  readonly importedId?: string;
  /** Terraform's reason for this action, in words. */
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
  /** The number of resources that it represents. */
  readonly count: number;
}

/** An arrow: a data flow, or a mere reference from source to target. */
export interface DiagramEdge {
  readonly from: string;
  readonly to: string;
  readonly kind: 'data' | 'reference';
  readonly label?: string;
}

export interface Diagram {
  readonly nodes: readonly DiagramNode[];
  readonly edges: readonly DiagramEdge[];
  /** Number of parts left out to keep it readable. */
  readonly omitted: number;
}

export interface OutputChange {
  readonly name: string;
  readonly action: Action;
  readonly before?: string;
  readonly after?: string;
  readonly sensitive: boolean;
}

/** The whole review of one plan, from which every format is rendered. Holds no sensitive value. */
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
  /** Entries of the acceptance file that match nothing, or have expired. */
  readonly acceptanceNotes: readonly string[];
  readonly cost: CostEstimate;
  readonly diagram: Diagram;
  /** Parts that this review can't judge, and why. */
  readonly blindSpots: readonly string[];
}
