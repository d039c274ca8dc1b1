import * as fs from 'node:fs';
import * as path from 'node:path';
import { Refusal } from '../shared/errors';
import { digest } from './fingerprint';

/** A plan's bytes in a file that no other command names: the reviewed plan is the applied one. */
export interface PrivatePlan {
  readonly file: string;
  /** SHA-256 of the bytes. */
  readonly digest: string;
  /** Refuses when the file no longer holds these bytes. */
  readonly check: () => void;
  /** Removes the file: it holds sensitive values. */
  readonly remove: () => void;
}

/**
 * Writes a plan's bytes to a private file. Others could replace the saved plan between review and apply; this copy is
 * checked, reviewed and applied instead.
 */
export function privatePlan(bytes: Buffer, folder: string): PrivatePlan {
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const own = fs.mkdtempSync(path.join(folder, '.run-'));
  const file = path.join(own, 'plan');
  fs.writeFileSync(file, bytes, { mode: 0o600 });
  const taken = digest(bytes);
  return {
    file,
    digest: taken,
    check: () => {
      if (!fs.existsSync(file) || digest(fs.readFileSync(file)) !== taken) {
        throw new Refusal('the plan was changed while it was being reviewed; nothing was touched.');
      }
    },
    remove: () => fs.rmSync(own, { recursive: true, force: true }),
  };
}
