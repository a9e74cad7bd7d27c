import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { declarations } from './declarations.js';
import { refusingUndefined } from './optional.js';
import { entryTypes, fromRoot, packages, root } from './workspace.js';

const FOLDER = join(root, 'tooling/gates/api');

/**
 * Compares the declarations of each entry with the snapshot of its package,
 * `tooling/gates/api/NAME.d.ts.txt`, and requires that every optional property accepts `undefined`.
 *
 * A change of the public API shows in a review as a change of that file. `pnpm gate api --update`
 * writes the files.
 *
 * @param {import('./report.js').Report} report
 * @param {{ update?: boolean }} [options]
 */
export default function api(report, { update = false } = {}) {
  for (const { directory, folder, manifest } of packages) {
    const missing = [...entryTypes(manifest)].find((types) => !existsSync(join(directory, types)));
    if (missing !== undefined) {
      report.fail(`${fromRoot(join(directory, missing))} is missing`, 'Run pnpm build first.');
      continue;
    }
    const file = join(FOLDER, `${folder}.d.ts.txt`);
    const entries = [...entryTypes(manifest)].map((types) => ({
      types,
      found: declarations(join(directory, types)),
    }));
    const now = entries.map(({ types, found }) => `// ${types}\n\n${snapshot(found)}`).join('\n');
    if (update) {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, now);
    }
    const agreed = existsSync(file) ? readFileSync(file, 'utf8') : '';
    report.check(
      fromRoot(file),
      differences(agreed, now),
      'If the change is intended: pnpm gate api --update, commit the file, and write a changeset.',
    );
    const refusing = entries.flatMap(({ found }) =>
      found.flatMap(({ name, text }) => refusingUndefined(text).map((property) => `${name}.${property}`)),
    );
    report.check(
      `packages/${folder}: optional properties accept undefined`,
      [...new Set(refusing)],
      'Write name?: T | undefined, for a method name?: ((x: T) => T) | undefined.',
    );
  }
  const known = new Set(packages.map(({ folder }) => `${folder}.d.ts.txt`));
  for (const name of readdirSync(FOLDER).filter((file) => !known.has(file))) {
    const file = join(FOLDER, name);
    if (update) rmSync(file);
    else
      report.fail(`${fromRoot(file)} belongs to no package`, 'Rename or remove it: pnpm gate api --update.');
  }
}

/**
 * Returns the declarations by name, without docstrings and private members.
 *
 * @param {readonly Pick<import('./declarations.js').Declaration, 'name' | 'text'>[]} found
 */
export function snapshot(found) {
  return [...found]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, text }) => `${name}: ${withoutComments(text)}\n`)
    .join('\n');
}

/**
 * Returns the lines that only one of two texts has, in the format of a diff.
 *
 * @param {string} before
 * @param {string} after
 */
export function differences(before, after) {
  if (before === after) return [];
  const [old, young] = [before.split('\n'), after.split('\n')];
  const changes = [
    ...old.filter((line) => !young.includes(line)).map((line) => `- ${line}`),
    ...young.filter((line) => !old.includes(line)).map((line) => `+ ${line}`),
  ];
  return [changes.length > 0 ? `\n${changes.join('\n')}` : 'the same lines in another order'];
}

/** @param {string} text */
function withoutComments(text) {
  return text
    .replace(/\/\*\*[\s\S]*?\*\//g, '')
    .replace(/^\/\/# .*$/gm, '')
    .split('\n')
    .filter(
      (line) =>
        line.trim() !== '' && !/^\s*(?:private |#private;)/.test(line) && !/^import |^declare /.test(line),
    )
    .join('\n')
    .trim();
}
