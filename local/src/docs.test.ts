import { readFileSync } from 'node:fs';
import { DOCUMENT, describeOperations, renewDocument } from '../scripts/docs';
import { services } from './services';

test('docs/local.md lists the operations that the code has; if not, run `npx tsx local/scripts/docs.ts`', () => {
  const written = readFileSync(DOCUMENT, 'utf8');
  expect(renewDocument(written)).toBe(written);
});

test('every operation that is here is one of AWS', () => {
  const lists = describeOperations().match(/^Here: .*$/gm) ?? [];
  expect(lists).toHaveLength(services.length);
});
