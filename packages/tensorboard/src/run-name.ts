import { createHash } from 'node:crypto';

/** The characters that some operating system does not allow in the name of a folder. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are meant.
const NOT_IN_NAMES = /[/\\:*?"<>|\x00-\x1f]/g;

/** The longest name of a folder in bytes on the file systems of Linux, macOS and Windows. */
const LONGEST = 255;

/**
 * The folder name of a run that `addScalars` makes: `MAINTAG_TAG`, unique for every tag.
 *
 * A name that would be too long is cut and ends in the SHA-256 of both tags, so that it stays
 * unique.
 */
export function runName(mainTag: string, tag: string): string {
  const name = `${mainTag.replace(NOT_IN_NAMES, '_')}_${encodeTag(tag)}`;
  if (Buffer.byteLength(name) <= LONGEST) return name;
  const end = `~${createHash('sha256')
    .update(JSON.stringify([mainTag, tag]))
    .digest('hex')}`;
  return `${cut(name, LONGEST - end.length)}${end}`;
}

/** A part of a folder's name that is unique for every tag. */
function encodeTag(tag: string): string {
  const encode = (character: string) =>
    `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
  return tag.replaceAll('%', encode).replace(NOT_IN_NAMES, encode);
}

/** The first characters of a text that have at most `bytes` bytes in UTF-8. */
function cut(text: string, bytes: number): string {
  let kept = '';
  let length = 0;
  for (const character of text) {
    length += Buffer.byteLength(character);
    if (length > bytes) break;
    kept += character;
  }
  return kept;
}
