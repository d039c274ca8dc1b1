// Regenerates the signatures, and the README's list of functions that templates support. Run `npm run templates` after
// an update of faker.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { signaturesText } from './faker-signatures';

const producer = join(__dirname, '..');

async function renew(): Promise<void> {
  writeFileSync(join(producer, 'src/record/template/signatures.json'), signaturesText());
  // Imported now, since the list is made from the signatures just written.
  const { listIn, supportedFunctions } = await import('../src/record/template/list');
  const readme = join(producer, 'README.md');
  writeFileSync(readme, listIn(readFileSync(readme, 'utf8'), supportedFunctions()));
}

void renew();
