import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * A declaration that an entry exports.
 *
 * @typedef {object} Declaration
 * @property {string} name
 * @property {boolean} doc true if a docstring stands above it
 * @property {string} text from the name on
 * @property {string} where the file
 */

/**
 * Returns the declarations that a built `.d.ts` file exports, including re-exports of relative
 * files.
 *
 * @param {string} file
 * @returns {Declaration[]}
 */
export function declarations(file) {
  const source = readFileSync(file, 'utf8');
  const own = [
    ...source.matchAll(
      /^export (?:declare )?(?:abstract )?(?:class|function|const|let|interface|type) (\w+)/gm,
    ),
  ];
  /** @type {Map<string, Declaration>} */
  const found = new Map();
  for (const match of own) {
    const name = match[1] ?? '';
    const text = source.slice(match.index).split(/^(?=export |\/\*\*)/m)[0] ?? '';
    const doc = source.slice(0, match.index).trimEnd().endsWith('*/');
    const earlier = found.get(name);
    // One docstring serves all overloads.
    found.set(name, {
      name,
      doc: doc || earlier?.doc === true,
      text: (earlier?.text ?? '') + text,
      where: file,
    });
  }
  for (const [, names = '', from = ''] of source.matchAll(
    /^export (?:type )?\{([^}]*)\} from '(\.[^']+)'/gm,
  )) {
    const all = declarations(join(dirname(file), from.replace(/\.js$/, '.d.ts')));
    for (const item of names.split(',').map((text) => text.trim().replace(/^type /, ''))) {
      const [original, name = original] = item.split(' as ');
      const declaration = all.find((candidate) => candidate.name === original);
      if (declaration && name) found.set(name, { ...declaration, name });
      else if (item)
        throw new Error(
          `${file} exports ${item} from ${from}; expected a declaration of it there. Run pnpm build again.`,
        );
    }
  }
  return [...found.values()];
}

/**
 * Returns the members of a class or an interface without a docstring, except private ones.
 *
 * A class or interface that extends another may omit docstrings, since it inherits them.
 *
 * @param {string} text
 * @returns {string[]}
 */
export function undocumentedMembers(text) {
  if (!/^export (?:declare )?(?:abstract )?(?:class|interface) /.test(text)) return [];
  const inherits = /^[^{]* extends /.test(text);
  const documented = new Set();
  const members = new Set();
  // Members are indented by four spaces; deeper lines belong to a member.
  for (const match of text.matchAll(
    /^ {4}(?!\*|\/|#|private |\}|\)| )(?:[a-z]+ )*?(\[?[\w.]+\]?)(?=[?(:<;])/gm,
  )) {
    const name = match[1] ?? '';
    members.add(name);
    if (text.slice(0, match.index).trimEnd().endsWith('*/')) documented.add(name);
  }
  return [...members].filter((name) => !documented.has(name) && !(inherits || name === 'constructor'));
}
