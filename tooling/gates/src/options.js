import { declarations } from './declarations.js';

/**
 * A parameter that is options. `ErrorOptions` belongs to JavaScript. A constructor has already
 * checked `Required<…>`, `Complete<…>` and those of a `ScalarContext`; an `OptionTable` is the
 * table of the checks.
 */
const OPTIONS =
  /(?<!(?:Required|Complete|ScalarContext|OptionTable)<)\b(?!ErrorOptions\b)\w*Options\b|\boptions\??:(?! (?:ErrorOptions\b|Complete<))|\{[^{}]*\b\w+\?: /;

const CALLABLE = /^export declare (?:function|const) (\w+)/;
/** A class in a constant, by the type of its constructor. */
const CONSTRUCTOR = /^export declare const \w+: (\w+)[;<]/;
/** The signatures of that type. */
const NEW = /^ {4}new (?:<[^\n(]*>)?\(/gm;
const WITH_MEMBERS = /^export (?:declare )?(?:abstract )?(?:class|interface|type) (\w+)/;
/** A member, indented by four spaces, up to the parenthesis that its parameters begin with. */
const MEMBER = /^ {4}(?!private )(?:[a-z]+ )*?(\w+)\??(?:: )?(?:<[^\n(]*>)?\(/gm;

/**
 * The calls of an entry that take options: `f`, `Class` for its constructor, `Class.method`.
 *
 * A parameter counts as options if its name is `options`, the name of its type ends in `Options`,
 * or its type has optional properties.
 *
 * @param {string} file the entry's `.d.ts`
 * @returns {string[]}
 */
export function callsWithOptions(file) {
  const all = declarations(file);
  // A name may have several declarations: overloads, or a constant and an interface.
  const pieces = all.flatMap(({ name, text }) => text.split(/^(?=export )/m).map((piece) => [name, piece]));
  const calls = pieces.flatMap(([name = '', text = '']) => {
    if (CALLABLE.test(text)) {
      const type = CONSTRUCTOR.exec(text)?.[1];
      const constructs = all.find((other) => other.name === type)?.text ?? '';
      return takesOptions(constructs, NEW) || OPTIONS.test(parameters(text)) ? [name] : [];
    }
    if (!WITH_MEMBERS.test(text) || /^export type \w+[^{]*=>/.test(text)) return [];
    return [...text.matchAll(MEMBER)]
      .filter(({ index }) => OPTIONS.test(parameters(text.slice(index))))
      .map(([, member]) => (member === 'constructor' ? name : `${name}.${member}`));
  });
  return [...new Set(calls)].sort();
}

/**
 * Tests the signatures that `signature` finds for a parameter that is options.
 *
 * @param {string} text
 * @param {RegExp} signature
 */
function takesOptions(text, signature) {
  return [...text.matchAll(signature)].some(({ index }) => OPTIONS.test(parameters(text.slice(index))));
}

/**
 * Returns the text from the first parenthesis to the one that closes it.
 *
 * @param {string} text
 */
function parameters(text) {
  const start = text.indexOf('(');
  if (start < 0) return '';
  let depth = 0;
  for (let i = start; i < text.length; i++) {
    if (text[i] === '(') depth++;
    else if (text[i] === ')' && --depth === 0) return text.slice(start, i);
  }
  return text.slice(start);
}
