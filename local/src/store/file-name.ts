/** Names of devices, with any extension ("Naming Files, Paths, and Namespaces", Windows' documentation). */
const DEVICE = /^(con|prn|aux|nul|com[0-9\u00b9\u00b2\u00b3]|lpt[0-9\u00b9\u00b2\u00b3]|conin\$|conout\$)(?=$|[. ])/i;

/**
 * A file's or folder's name. Windows takes `nul.logs` for a device and drops a dot or space at the end: there the first
 * letter of the one and the last of the other are escaped with `%`.
 */
export function fileName(name: string, windows: boolean = process.platform === 'win32'): string {
  if (!windows) return name;
  return name.replace(DEVICE, (device) => escapeCharacter(device) + device.slice(1)).replace(/[. ]$/, escapeCharacter);
}

/** A character of a file's name by its code: `%3A`. */
export function escapeCharacter(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}
