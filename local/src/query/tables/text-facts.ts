import type { Engine } from '../engine/engine';
import type { TextCodec } from '../engine/protocol';
import { notSupported, QueryError } from '../errors';
import { FileFacts } from './file-facts';
import type { TableFile } from './files';

/** Most bytes of a row's line. */
export const MAX_LINE = 16 * 1024 * 1024;

/** Facts about a text file that the engine needs before it reads it. */
export interface TextFact {
  readonly longestLine: number;
  readonly utf8: boolean;
}

const CODECS: Readonly<Record<string, TextCodec>> = { gz: 'gzip', bz2: 'bzip2', zst: 'zstd' };

/** An object's compression, which Hive derives from its name. @throws QueryError for an unsupported codec */
export function codecOf({ uri }: TableFile): TextCodec {
  const extension = /\.([^./]+)$/.exec(uri)?.[1] ?? '';
  if (/^(snappy|lz4|lzo|deflate)$/.test(extension)) throw notSupported(`Reading ${uri}: the codec of .${extension}`);
  return CODECS[extension] ?? 'none';
}

/** Facts of text files. Each file is read through once, so that a damaged one is found before the query reads it. */
export class TextFacts extends FileFacts<TextFact> {
  protected async read(files: readonly TableFile[], engine: Engine): Promise<TextFact[]> {
    const asked = files.map((file) => ({ path: file.path, codec: codecOf(file) }));
    const found = await engine.run('inspect', { files: asked, maxLine: MAX_LINE });
    return found.map((fact, index) => {
      if ('error' in fact) throw unreadable((files[index] as TableFile).uri, fact.error);
      return fact;
    });
  }
}

export const unreadable = (uri: string, reason: string) =>
  new QueryError('HIVE_CURSOR_ERROR', `Failed to read file at ${uri}: ${reason}`);
