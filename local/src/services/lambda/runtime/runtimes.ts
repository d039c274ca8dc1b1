import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { FunctionVersion } from '../state';
import { PYTHON_BOOTSTRAP } from './python-bootstrap';

/** Program and arguments of an execution environment. */
export interface Start {
  readonly program: string;
  readonly args: readonly string[];
}

const NODE_BOOTSTRAP = join(__dirname, 'node-bootstrap.js');

/**
 * The command of a function's runtime: Node.js functions run on the endpoint's Node.js, Python ones on the python3 on
 * the PATH, `provided` ones by their own bootstrap.
 * @returns a message for a runtime that can't run here
 */
export function startOf({ runtime, memoryMiB }: FunctionVersion, codePath: string): Start | string {
  if (/^nodejs\d+\.x$/.test(runtime)) {
    // V8 needs some memory beside its heap; exceeding the heap ends the process, as on AWS.
    const heap = Math.max(64, Math.floor(memoryMiB * 0.9));
    return { program: process.execPath, args: [`--max-old-space-size=${heap}`, NODE_BOOTSTRAP] };
  }
  if (/^python3\.\d+$/.test(runtime)) {
    const python = findPython();
    if (python === undefined)
      return `${runtime} functions run by the python3 on the PATH, and there is none. Install it, and start the endpoint again.`;
    return { program: python, args: ['-u', '-c', PYTHON_BOOTSTRAP] };
  }
  if (/^provided(\.al\d+)?$/.test(runtime)) {
    const bootstrap = join(codePath, 'bootstrap');
    if (!existsSync(bootstrap)) return `Runtime.InvalidEntrypoint: the package has no file bootstrap at its root.`;
    return { program: bootstrap, args: [] };
  }
  return `This local endpoint runs nodejs, python and provided runtimes, not ${runtime}.`;
}

let python: string | undefined | null = null;

function findPython(): string | undefined {
  if (python === null) {
    const { status, stdout } = spawnSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' });
    python = status === 0 ? stdout.trim() : undefined;
  }
  return python;
}
