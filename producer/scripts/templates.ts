// Renews what is generated from faker and from the code: the signatures, and the README's list of what templates support.
// `npm run templates`; run it after faker has been updated.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { signaturesText } from './faker-signatures';

const producer = join(__dirname, '..');

async function renew(): Promise<void> {
  writeFileSync(join(producer, 'src/record/template/signatures.json'), signaturesText());
  // Loaded now, since the list is of the signatures just written.
  const { listIn, supportedFunctions } = await import('../src/record/template/list');
  const readme = join(producer, 'README.md');
  writeFileSync(readme, listIn(readFileSync(readme, 'utf8'), supportedFunctions()));
}

void renew();
