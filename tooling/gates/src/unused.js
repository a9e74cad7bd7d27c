import { run } from './run.js';
import { root } from './workspace.js';

/**
 * No file, export or dependency is unused, and none that is used is undeclared (knip; its settings are in the
 * root's package.json). Then again without tests: what is published may use nothing of devDependencies.
 *
 * @param {import('./report.js').Report} report
 */
export default async function unused(report) {
  const knip = new URL('../node_modules/knip/bin/knip.js', import.meta.url).pathname;
  for (const [what, ...options] of [
    ['the whole workspace'],
    ['what is published', '--production', '--strict'],
  ]) {
    const { code, output } = await run(process.execPath, [knip, '--no-progress', ...options], { cwd: root });
    report.check(
      `knip: ${what}`,
      code === 0 ? [] : [output],
      'Remove what nothing uses; declare what is used in the package.json of the package that uses it.',
    );
  }
}
