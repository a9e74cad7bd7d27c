import { fileURLToPath } from 'node:url';
import { run } from './run.js';
import { root } from './workspace.js';

/**
 * No file, export or dependency is unused, and none that is used is undeclared. Then again without the tests: what
 * is published uses nothing of devDependencies.
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
      'Remove what nothing uses; declare what is used in the package.json of the package that uses it.',
    );
  }
}
