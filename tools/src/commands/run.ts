import * as fs from 'node:fs';
import * as path from 'node:path';
import { type Command, CommanderError } from 'commander';
import { messageOf, ToolError } from '../shared/errors';
import { ExitCode } from '../shared/exit-codes';

/** Oldest Node that the AWS SDK and our compiled syntax run on. */
const MINIMUM_NODE = [20, 19] as const;

/** One line if Node is too old; undefined if it isn't. */
export function nodeTooOld(version: string = process.versions.node): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const fine = major > MINIMUM_NODE[0] || (major === MINIMUM_NODE[0] && minor >= MINIMUM_NODE[1]);
  return fine ? undefined : `Node ${MINIMUM_NODE.join('.')} or newer is needed; this is ${version}.`;
}

/**
 * Runs a commander program as a process: parses argv, prints errors as one line on stderr, and sets the exit code
 * unless the program's action has set one. Adds `--version`, with the package's version.
 */
export async function runCommand(program: Command, argv: string[] = process.argv): Promise<void> {
  // No warning of the SDK about Node 20 at every start; the engines field states the supported versions.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  // A reader that closes early (`| head`) is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? ExitCode.ok);
    throw error;
  });
  const old = nodeTooOld();
  if (old !== undefined) {
    console.error(old);
    process.exitCode = ExitCode.prerequisite;
    return;
  }
  try {
    program.version(version()).exitOverride();
    await program.parseAsync(argv);
  } catch (error) {
    process.exitCode = reportError(program.name(), error);
  }
}

function version(): string {
  const file = path.join(__dirname, '../../package.json');
  return (JSON.parse(fs.readFileSync(file, 'utf8')) as { version: string }).version;
}

function reportError(name: string, error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.ok : ExitCode.usage;
  if (error instanceof ToolError) {
    console.error(`${name}: ${error.message}`);
    return error.exitCode;
  }
  const { code, path: file } = error as NodeJS.ErrnoException;
  console.error(`${name}: ${code === 'ENOENT' && file !== undefined ? `there is no ${file}.` : messageOf(error)}`);
  if (process.env.LAKEHOUSE_DEBUG !== undefined) console.error(error);
  return ExitCode.failed;
}
