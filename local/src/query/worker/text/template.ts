import { HiveTypeError, parseHiveType } from '../../../core/hive-types';
import { parseDocuments } from '../../../delivery/convert/json';
import { serdeOf } from '../../../delivery/convert/serde';
import { templateOf } from '../../../delivery/convert/template';
import type { Answer, Ask } from '../../engine/protocol';
import type { RowSettings } from '../../row-settings';
import { ContentError, contentOf } from './content';
import { rowReader } from './row-reader';

/** Sampled lines of a file. */
const SAMPLES = 20;
const MAX_PATTERNS = 3;
/** Longest pattern that is worth matching. */
const MAX_LENGTH = 8_000;

/**
 * Patterns of lines, after the first lines of these files, that the engine may use unconverted. They save most lines
 * the conversion by the SerDe, which costs ten times as much.
 */
export async function templatesOf({ files, settings }: Ask<'templates'>): Promise<Answer<'templates'>> {
  const patterns = new Set<string>();
  for (const { path, codec } of files) {
    for (const line of await firstLines(path, codec)) {
      const pattern = templateFor(line, settings);
      if (pattern !== undefined && pattern.length < MAX_LENGTH && patterns.size < MAX_PATTERNS) patterns.add(pattern);
    }
  }
  return [...patterns];
}

async function firstLines(path: string, codec: Ask<'templates'>['files'][number]['codec']): Promise<string[]> {
  try {
    for await (const piece of contentOf(path, codec)) {
      // The last line may be cut off; it then doesn't parse.
      return piece
        .subarray(0, 256 * 1024)
        .toString('utf8')
        .split('\n', SAMPLES);
    }
  } catch (error) {
    if (!(error instanceof ContentError)) throw error;
  }
  return [];
}

function templateFor(line: string, settings: RowSettings & { serde: 'json' }): string | undefined {
  try {
    const columns = settings.columns.map(({ name, type }) => ({ name, type: parseHiveType(type) }));
    // A line that isn't a row, such as one with a duplicate key, is no model for others.
    rowReader(settings)(line);
    const [sample] = parseDocuments(line);
    if (sample === undefined) return undefined;
    const found = templateOf(
      sample,
      new Map(columns.map((column) => [column.name, column])),
      serdeOf(settings.deserializer),
    );
    // The engine's regular expressions have no look-ahead.
    return found?.source.replaceAll('(?!0000)\\d{4}', '[1-9]\\d{3}');
  } catch (error) {
    if (error instanceof HiveTypeError) throw error;
    return undefined;
  }
}
