import type { Service } from '../../core/service';
import * as namedQueries from './operations/named-queries';
import * as tags from './operations/tags';
import * as workGroups from './operations/work-groups';

export const athena: Service = {
  name: 'athena',
  signingName: 'athena',
  target: 'AmazonAthena',
  operations: [workGroups, namedQueries, tags].flatMap((group) => Object.values(group)),
};
