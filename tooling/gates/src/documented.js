import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { declarations, undocumentedMembers } from './declarations.js';
import { entryTypes, fromRoot, packages } from './workspace.js';

/**
 * Checks that every name that a package exports has a docstring, and every field and method of it.
 *
 * Reads the built declarations, since the compiler writes all sources in one form.
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
        'Write /** … */ above it: a noun phrase or a verb in the third person, for options also the default.',
      );
    }
  }
}
