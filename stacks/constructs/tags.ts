import type { IAspect } from 'cdktf';
import type { IConstruct } from 'constructs';

/** Adds the tags to every resource in its scope that takes tags. */
export class Tags implements IAspect {
  constructor(private readonly tags: Readonly<Record<string, string>>) {}

  visit(node: IConstruct): void {
    if (isTaggable(node)) node.tags = { ...this.tags };
  }
}

function isTaggable(node: IConstruct): node is IConstruct & { tags: Record<string, string> } {
  return 'tagsInput' in node && 'tagsAllInput' in node;
}
