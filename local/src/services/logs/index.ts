import type { Service } from '../../core/service';

export const logs: Service = {
  name: 'logs',
  signingName: 'logs',
  target: 'Logs_20140328',
  operations: [],
};
