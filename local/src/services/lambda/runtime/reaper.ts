import { type ChildProcess, spawn } from 'node:child_process';

/*
 * A shell that knows the execution environments' process groups and kills them when its input ends: so no function
 * outlives the endpoint, even after kill -9. It costs a megabyte. The signal has POSIX' name: dash, Debian's /bin/sh,
 * refuses `kill -9 -- -PID`.
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

/** Ends the execution environments with the endpoint. Windows lacks shell and process groups for it. */
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
    // A process group of its own: Ctrl-C for the endpoint must not end it first.
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

/** Kills a process and its children. */
export function killGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    if (process.platform === 'win32') child.kill('SIGKILL');
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    // The process has ended already.
  }
}
