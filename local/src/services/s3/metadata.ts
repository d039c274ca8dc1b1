const ENCODED_WORD = /^=\?utf-8\?([bq])\?(.*)\?=$/i;
const PRINTABLE = /^[\t\x20-\x7e]*$/;

/**
 * A value of user-defined metadata in S3's stored form ("Working with object metadata"): plain in US-ASCII, else as an
 * encoded word of RFC 2047.
 * @param value the header's value, one character per byte
 */
export function metadataText(value: string): string {
  const [, encoding, word] = ENCODED_WORD.exec(value) ?? [];
  if (encoding !== undefined && word !== undefined) {
    const text = encoding.toLowerCase() === 'b' ? Buffer.from(word, 'base64').toString('utf8') : fromQ(word);
    return PRINTABLE.test(text) ? text : value;
  }
  if (!/[^\0-\x7f]/.test(value)) return value;
  const text = /[^\0-\xff]/.test(value) ? value : Buffer.from(value, 'latin1').toString('utf8');
  // Bytes that aren't UTF-8 stay unchanged.
  return text.includes('\ufffd') ? value : `=?UTF-8?Q?${toQ(text)}?=`;
}

function fromQ(word: string): string {
  const bytes = word
    .replaceAll('_', ' ')
    .replace(/=([0-9a-f]{2})/gi, (_whole, hex) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

const toQ = (text: string) =>
  Buffer.from(text)
    .toString('latin1')
    .replace(/[^A-Za-z0-9%.\- ]/g, (byte) => `=${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`)
    .replaceAll(' ', '_');
