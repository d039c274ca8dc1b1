/** A 32-bit cyclic redundancy check, given its reflected polynomial; `crc` is that of the data before, or 0. */
export function crcOf(polynomial: number): (data: Buffer, crc: number) => number {
  const table = Uint32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
    return crc;
  });
  return (data, before) => {
    let crc = ~before;
    for (const byte of data) crc = (table[(crc ^ byte) & 0xff] as number) ^ (crc >>> 8);
    return ~crc >>> 0;
  };
}
