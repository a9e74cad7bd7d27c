import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { declarations, undocumentedMembers } from './declarations.js';
import { entryTypes, fromRoot, packages } from './workspace.js';

/**
 * Every name that a package exports has a docstring, and so has every field and method of it.
 *
 * Reads the built declarations, where the compiler has brought all sources into one form.
 *
 * @param {import('./report.js').Report} report
 */
export default function documented(report) {
  for (const { directory, manifest } of packages) {
    for (const types of entryTypes(manifest)) {
      const file = join(directory, types);
      if (!existsSync(file)) {
        report.fail(`${fromRoot(file)} is missing`, 'Run pnpm build first.');
        continue;
      }
      const exported = declarations(file);
      const problems = exported.flatMap(({ name, doc, text, where }) => [
        ...(doc ? [] : [`${name} has no docstring (${fromRoot(where)})`]),
        ...undocumentedMembers(text).map(
          (member) => `${name}.${member} has no docstring (${fromRoot(where)})`,
        ),
      ]);
      report.check(
        `${fromRoot(file)}: ${exported.map(({ name }) => name).join(', ')}`,
        problems,
        'Write /** … */ above it: one line that says what it is, for options also the default.',
      );
    }
  }
}
