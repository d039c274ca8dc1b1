import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { FooterError, type FooterReader, type ParquetFooter } from './footer';

/** Bytes of the first read, which includes most footers and their length. */
const FIRST_READ = 16 * 1024;
/** Largest plausible footer; a larger length belongs to no Parquet file. */
const MAX_FOOTER = 256 * 1024 * 1024;
const TAIL = 8;
const MAGIC = 'PAR1';

/** Reads a file's footer. @throws FooterError in Trino's words if it isn't a Parquet file */
export function readFooter(path: string, reader: FooterReader): ParquetFooter {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    if (size < TAIL + MAGIC.length) throw new FooterError(`it has ${size} bytes only`);
    let tail = readEnd(file, size, Math.min(size, FIRST_READ));
    const magic = tail.toString('latin1', tail.length - MAGIC.length);
    if (magic !== MAGIC) throw new FooterError(`expected magic number: ${MAGIC} got: ${printable(magic)}`);
    const length = tail.readUInt32LE(tail.length - TAIL);
    if (length > MAX_FOOTER || length + TAIL > size) throw new FooterError('its footer would not fit into it');
    if (length + TAIL > tail.length) tail = readEnd(file, size, length + TAIL);
    return reader.read(tail.subarray(tail.length - TAIL - length, tail.length - TAIL));
  } finally {
    closeSync(file);
  }
}

function readEnd(file: number, size: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  readSync(file, bytes, 0, length, size - length);
  return bytes;
}

const printable = (text: string) => text.replaceAll(/[^ -~]/g, '?');
