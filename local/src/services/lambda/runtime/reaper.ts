import { type ChildProcess, spawn } from 'node:child_process';

/*
 * A shell that knows the process groups of the execution environments and kills them when its input ends, which it does
 * however the endpoint ends: a kill -9 of the endpoint leaves no function running. It costs a megabyte. The signal is named
 * as POSIX has it: dash, which is /bin/sh on Debian, refuses `kill -9 -- -PID`.
 */
const SCRIPT = `
pids=""
while read -r what pid; do
  case "$what" in
    +) pids="$pids $pid" ;;
    -) kept=""; for one in $pids; do [ "$one" = "$pid" ] || kept="$kept $one"; done; pids=$kept ;;
  esac
done
for one in $pids; do kill -s KILL -- "-$one" 2>/dev/null; done
`;

/** Ends the execution environments with the endpoint. Windows has neither a shell nor process groups to do it by. */
export class Reaper {
  private shell: ChildProcess | undefined;

  add(pid: number): void {
    if (process.platform === 'win32') return;
    this.shell ??= this.start();
    this.tell(`+ ${pid}`);
  }

  remove(pid: number): void {
    this.tell(`- ${pid}`);
  }

  close(): void {
    this.shell?.stdin?.end();
    this.shell = undefined;
  }

  private start(): ChildProcess {
    // In a group of its own, so that a Ctrl-C for the endpoint doesn't end it first.
    const shell = spawn('/bin/sh', ['-c', SCRIPT], { stdio: ['pipe', 'ignore', 'ignore'], detached: true, env: {} });
    shell.on('error', () => {});
    shell.stdin?.on('error', () => {});
    shell.unref();
    return shell;
  }

  private tell(line: string): void {
    this.shell?.stdin?.write(`${line}\n`);
  }
}

/** Ends a process and all that it has started. */
export function killGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    if (process.platform === 'win32') child.kill('SIGKILL');
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
