/**
 * Returns the optional properties of a declaration that do not accept `undefined`. With
 * TypeScript's `exactOptionalPropertyTypes` users cannot pass such a property a value that may be
 * undefined.
 *
 * Optional parameters accept `undefined` by themselves. An optional method is written as a
 * property.
 *
 * @param {string} text a declaration, as the compiler writes it
 * @returns {string[]} the properties' names
 */
export function refusingUndefined(text) {
  const source = text.replace(/\/\*[\s\S]*?\*\//g, (comment) => ' '.repeat(comment.length));
  /** @type {string[]} */
  const found = [];
  for (const match of source.matchAll(/(?:["']?([\w$][\w$-]*)["']?|\])\?(?=[:(<])/g)) {
    const end = match.index + match[0].length;
    if (enclosing(source, end) !== '{') continue;
    if (source[end] !== ':' || !acceptsUndefined(source.slice(end + 1))) found.push(match[1] ?? '[…]');
  }
  return found;
}

const CLOSING = new Map([
  ['}', '{'],
  [')', '('],
  [']', '['],
]);

/**
 * The innermost bracket that is open at `end`.
 *
 * @param {string} source
 * @param {number} end
 */
function enclosing(source, end) {
  /** @type {string[]} */
  const open = [];
  for (const character of source.slice(0, end)) {
    if ('{(['.includes(character)) open.push(character);
    else if (CLOSING.has(character)) open.pop();
  }
  return open.at(-1);
}

/**
 * Tests for a property type, up to its semicolon, that is a union with `undefined`, or `unknown` or
 * `any`.
 *
 * @param {string} source from the colon on
 */
function acceptsUndefined(source) {
  let depth = 0;
  let type = '';
  for (const character of source.replaceAll('=>', '=')) {
    if ('{([<'.includes(character)) depth++;
    else if ('})]>'.includes(character)) depth--;
    if (depth < 0 || (depth === 0 && character === ';')) break;
    if (depth === 0) type += character;
  }
  // A union after the arrow of a function belongs to its result, unless the function is in
  // parentheses.
  return (
    !type.includes('=') &&
    type.split('|').some((member) => ['undefined', 'unknown', 'any'].includes(member.trim()))
  );
}
