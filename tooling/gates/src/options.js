import { declarations } from './declarations.js';

/** `ErrorOptions` is JavaScript's own; `Required<…>` is what a constructor has already checked. */
const OPTIONS = /(?<!Required<)\b(?!ErrorOptions\b)\w*Options\b|\boptions\??:|\{[^{}]*\b\w+\?: /;

const CALLABLE = /^export declare (?:function|const) (\w+)/;
const WITH_MEMBERS = /^export (?:declare )?(?:abstract )?(?:class|interface|type) (\w+)/;
/** A member, indented by four spaces, up to the parenthesis that its parameters begin with. */
const MEMBER = /^ {4}(?!private )(?:[a-z]+ )*?(\w+)\??(?:: )?(?:<[^\n(]*>)?\(/gm;

/**
 * The calls of an entry that take options: `f`, `Class` for its constructor, `Class.method`.
 *
 * A parameter is options where it is called so, where its type's name ends so, or where it has optional properties.
 *
 * @param {string} file the entry's `.d.ts`
 * @returns {string[]}
 */
export function callsWithOptions(file) {
  const calls = declarations(file).flatMap(({ name, text }) => {
    if (CALLABLE.test(text)) {
      return text.split(/^(?=export )/m).some((overload) => OPTIONS.test(parameters(overload))) ? [name] : [];
    }
    if (!WITH_MEMBERS.test(text) || /^export type \w+[^{]*=>/.test(text)) return [];
    return [...text.matchAll(MEMBER)]
      .filter(({ index }) => OPTIONS.test(parameters(text.slice(index))))
      .map(([, member]) => (member === 'constructor' ? name : `${name}.${member}`));
  });
  return [...new Set(calls)].sort();
}

/**
 * From the first parenthesis to the one that closes it.
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
