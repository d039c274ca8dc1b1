import { DataResource, TerraformLocal, type TerraformResourceLifecycle } from 'cdktf';
import { Construct } from 'constructs';

/** What the guard watches and how strictly. */
export interface GuardProps {
  /** What each guarded resource is created as: a change of it makes Terraform replace the resource. Keyed by kind. */
  readonly identities: Readonly<Record<string, string>>;
  /** Whether the explicit switch was given, which lets a replacement pass. */
  readonly replacementAllowed: boolean;
  /** Whether Terraform refuses every plan that deletes a guarded resource. */
  readonly preventDestroy: boolean;
}

/** Lifecycles of resources that hold data. */
export type Lifecycles = Pick<Guard, 'lifecycle' | 'deletionOnly'>;

/**
 * Keeps data from being lost by accident. A `terraform_data` resource remembers what the guarded resources were
 * created as; their preconditions compare it with the configuration, so that a plan that would replace one of them is
 * refused, while a plain destroy is not. With `preventDestroy` that is refused too.
 */
export class Guard extends Construct {
  /** What the resources were created as. */
  private readonly created: DataResource;
  /** What the configuration wants them to be. */
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
   * Lifecycles of resources that a setting adds to a lakehouse which may be there already: what its guard remembers doesn't
   * name them, so they are kept from deletion alone.
   */
  get additions(): Lifecycles {
    return { lifecycle: () => this.deletionOnly(), deletionOnly: () => this.deletionOnly() };
  }

  /** The lifecycle of a resource that no change of a setting replaces, but that must not be deleted by accident. */
  deletionOnly(): TerraformResourceLifecycle | undefined {
    return this.props.preventDestroy ? { preventDestroy: true } : undefined;
  }
}
