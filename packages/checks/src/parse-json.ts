import { checkOptions, type OptionNames } from './options.js';

/** Options of {@link parseJson}. */
export interface ParseJsonOptions {
  /** The largest depth of nested lists and objects. Default 100. */
  maxDepth?: number | undefined;
  /** The reviver of `JSON.parse`. Default none. */
  reviver?: ((key: string, value: unknown) => unknown) | undefined;
}

const PARSE_JSON: OptionNames<ParseJsonOptions> = { maxDepth: true, reviver: true };

/**
 * Parses untrusted JSON like `JSON.parse`, with a limited depth.
 *
 * The trap: `JSON.parse` accepts 100,000 nested brackets, and the first recursive function that
 * visits the result overflows the stack.
 *
 * @throws SyntaxError for invalid JSON, and for JSON that is nested deeper than `maxDepth`
 *
 * @example
 * ```ts
 * import { parseJson } from '@trainkit/checks';
 *
 * console.log(parseJson('{"a":[1]}')); // → { a: [ 1 ] }
 * try {
 *   parseJson('['.repeat(1000) + ']'.repeat(1000));
 * } catch (error) {
 *   console.log(`${error}`); // → SyntaxError: it is nested more than 100 levels deep
 * }
 * ```
 */
export function parseJson(text: string, options: ParseJsonOptions = {}): unknown {
  const { maxDepth = 100, reviver } = checkOptions('parseJson', options, PARSE_JSON);
  if (isDeeper(text, maxDepth)) throw new SyntaxError(`it is nested more than ${maxDepth} levels deep`);
  return JSON.parse(text, reviver);
}

function isDeeper(text: string, maxDepth: number): boolean {
  let depth = 0;
  let isText = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (isText) {
      if (character === '\\') i++;
      else if (character === '"') isText = false;
    } else if (character === '"') isText = true;
    else if (character === '[' || character === '{') {
      if (++depth > maxDepth) return true;
    } else if (character === ']' || character === '}') depth--;
  }
  return false;
}
