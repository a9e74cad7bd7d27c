import type { Declaration } from './types.js';

/** The source text of each name's first declaration in this copy of the package. */
const texts = new Map<string, string>();

/**
 * Throws if another declaration already has the name, since one op would silently replace the
 * other.
 *
 * Declarations are compared by their source text, since a module that is evaluated twice creates
 * new functions.
 */
export function claimName(declaration: Declaration): void {
  const { name } = declaration;
  const text = textOf(declaration);
  const known = texts.get(name);
  if (known !== undefined && known !== text) {
    throw new Error(
      `defineKernel: there is another kernel '${name}', and a name belongs to one op. Give one of them another name; ` +
        'if you have just edited it under hot module replacement, reload the page.',
    );
  }
  texts.set(name, text);
}

function textOf({ composite, gradient, tensorflow, wasm, cpu, native, visible, save }: Declaration): string {
  const functions = [composite, gradient, tensorflow, wasm, cpu, native].map((version) => `${version}`);
  return JSON.stringify([functions, visible, save]);
}
