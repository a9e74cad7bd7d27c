import { escapeHtml } from './escape.js';

/** A part of a formula: a text, or MathML from a function of this module. */
export type MathPart = string | { mathml: string };

/**
 * Returns a formula as MathML, which browsers draw without a library. Letters become identifiers,
 * digits become numbers, other characters become operators.
 */
export function math(...parts: readonly MathPart[]): string {
  return `<math display="block">${row(parts).mathml}</math>`;
}

/** Returns a fraction. */
export function frac(above: MathPart | readonly MathPart[], below: MathPart | readonly MathPart[]): MathPart {
  return element('mfrac', row(above), row(below));
}

/** Returns a square root. */
export function root(...parts: readonly MathPart[]): MathPart {
  return element('msqrt', row(parts));
}

/** Returns a base with an index. */
export function sub(base: MathPart, index: MathPart): MathPart {
  return element('msub', row(base), row(index));
}

/** Returns a base with an exponent. */
export function sup(base: MathPart, exponent: MathPart): MathPart {
  return element('msup', row(base), row(exponent));
}

/** Returns a base with an index and an exponent. */
export function subsup(base: MathPart, index: MathPart, exponent: MathPart): MathPart {
  return element('msubsup', row(base), row(index), row(exponent));
}

/** Returns a letter with a hat. */
export function hat(base: MathPart): MathPart {
  return { mathml: `<mover accent="true">${row(base).mathml}<mo>^</mo></mover>` };
}

/** Returns a word, such as the name of a function. */
export function word(text: string): MathPart {
  return { mathml: `<mtext>${escapeHtml(text)}</mtext>` };
}

function element(name: string, ...children: readonly { mathml: string }[]): MathPart {
  return { mathml: `<${name}>${children.map(({ mathml }) => mathml).join('')}</${name}>` };
}

function row(parts: MathPart | readonly MathPart[]): { mathml: string } {
  const list = typeof parts === 'string' || 'mathml' in parts ? [parts] : parts;
  return {
    mathml: `<mrow>${list.map((part) => (typeof part === 'string' ? symbols(part) : part.mathml)).join('')}</mrow>`,
  };
}

function symbols(text: string): string {
  const tokens = text.match(/\p{L}|\d+(?:\.\d+)?|[^\s\p{L}\d]/gu) ?? [];
  return tokens
    .map((token) => {
      // Parentheses would grow with the fractions beside them.
      if (/^[()[\]]$/.test(token)) return `<mo stretchy="false">${token}</mo>`;
      const name = /^\p{L}/u.test(token) ? 'mi' : /^\d/.test(token) ? 'mn' : 'mo';
      return `<${name}>${escapeHtml(token)}</${name}>`;
    })
    .join('');
}
