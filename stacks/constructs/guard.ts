import { DataResource, TerraformLocal, type TerraformResourceLifecycle } from 'cdktf';
import { Construct } from 'constructs';

/** Properties of a guard. */
export interface GuardProps {
  /** Identity of each guarded resource, by kind: a change of it makes Terraform replace the resource. */
  readonly identities: Readonly<Record<string, string>>;
  /** Whether the deletion switch was given, which allows a replacement. */
  readonly replacementAllowed: boolean;
  /** Whether Terraform refuses every plan that deletes a guarded resource. */
  readonly preventDestroy: boolean;
}

/** Lifecycles of resources that hold data. */
export type Lifecycles = Pick<Guard, 'lifecycle' | 'deletionOnly'>;

/**
 * Guards data against accidental loss. A `terraform_data` resource records the guarded resources' identities; their
 * preconditions compare it with the configuration, so that a plan that would replace one of them is refused, while a
 * plain destroy is not. With `preventDestroy` that is refused too.
 */
export class Guard extends Construct {
  /** Identities that the resources were created with. */
  private readonly created: DataResource;
  /** Identities that the configuration asks for. */
  private readonly wanted: TerraformLocal;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: GuardProps,
  ) {
    super(scope, id);
    this.wanted = new TerraformLocal(this, 'identities', props.identities);
    this.created = new DataResource(this, 'this', {
      input: props.identities,
      lifecycle: props.replacementAllowed ? undefined : { ignoreChanges: ['input'] },
    });
  }

  /**
   * The lifecycle of a guarded resource.
   * @param kind a key of `identities`
   */
  lifecycle(kind: string): TerraformResourceLifecycle | undefined {
    const { preventDestroy, replacementAllowed } = this.props;
    if (replacementAllowed) return preventDestroy ? { preventDestroy } : undefined;
    return {
      ...(preventDestroy ? { preventDestroy } : {}),
      precondition: [
        {
          condition: `\${terraform_data.${this.created.friendlyUniqueId}.output.${kind} == local.${this.wanted.friendlyUniqueId}.${kind}}`,
          errorMessage: `This change would replace the ${kind.replaceAll('_', ' ')}, and what it holds would be lost. If that is meant, set LAKEHOUSE_ALLOW_DATA_DELETION=yes.`,
        },
      ],
    };
  }

  /**
   * Lifecycles of resources that a setting adds to a lakehouse that may exist already: its recorded identities lack
   * them, so they are guarded against deletion alone.
   */
  get additions(): Lifecycles {
    return { lifecycle: () => this.deletionOnly(), deletionOnly: () => this.deletionOnly() };
  }

  /** The lifecycle of a resource that no setting replaces: guarded against deletion alone. */
  deletionOnly(): TerraformResourceLifecycle | undefined {
    return this.props.preventDestroy ? { preventDestroy: true } : undefined;
  }
}
