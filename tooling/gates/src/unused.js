import { fileURLToPath } from 'node:url';
import { run } from './run.js';
import { root } from './workspace.js';

/**
 * Checks that no file, export or dependency is unused, and that every dependency in use is
 * declared. A second run without the tests checks that published files use no devDependencies.
 *
 * @param {import('./report.js').Report} report
 */
export default async function unused(report) {
  const knip = fileURLToPath(new URL('../node_modules/knip/bin/knip.js', import.meta.url));
  const config = fileURLToPath(new URL('knip.config.js', import.meta.url));
  for (const [what, ...options] of [
    ['the whole workspace'],
    ['what is published', '--production', '--strict', '--dependencies', '--workspace', './packages/*'],
  ]) {
    const { code, output } = await run(
      process.execPath,
      [knip, '--config', config, '--no-config-hints', '--no-progress', ...options],
      { cwd: root },
    );
    report.check(
      `knip: ${what}`,
      code === 0 ? [] : [output],
      'Remove what is unused; declare a dependency in the package.json of the package that uses it.',
    );
  }
}
