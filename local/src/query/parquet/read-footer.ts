import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { FooterError, type FooterReader, type ParquetFooter } from './footer';

/** Footers of small files are read with their length in one go. */
const FIRST_READ = 16 * 1024;
/** Beyond this a footer is a length that was never one. */
const MAX_FOOTER = 256 * 1024 * 1024;
const TAIL = 8;
const MAGIC = 'PAR1';

/** Reads a file's footer. @throws FooterError if it is no Parquet file, in Trino's words. */
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
