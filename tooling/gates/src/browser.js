import { isBuiltin } from 'node:module';
import { rolldown } from 'rolldown';
import { entries, fromRoot, packages } from './workspace.js';

/** Entries that are for Node alone. */
const NODE_ONLY = [
  '@trainkit/backend',
  '@trainkit/native',
  '@trainkit/native/build',
  '@trainkit/sweep/node',
  '@trainkit/checks/files',
  '@trainkit/tensorboard',
  '@trainkit/trainer/node',
];

/**
 * Checks that no entry for browsers reaches a module of Node, by bundling each for browsers.
 *
 * @param {import('./report.js').Report} report
 */
export default async function browser(report) {
  for (const { directory, manifest } of packages) {
    for (const entry of entries(manifest)) {
      if (NODE_ONLY.includes(entry)) continue;
      const { size, reached } = await bundle(directory, entry);
      report.check(
        `${entry}: ${(size / 1000).toFixed(1)} kB minified, without TensorFlow.js`,
        reached,
        'Give exports a "browser" condition, or move the code that needs Node into an entry of its own.',
      );
    }
  }
}

/**
 * @param {string} directory
 * @param {string} entry
 */
async function bundle(directory, entry) {
  /** @type {string[]} */
  const reached = [];
  const bundler = await rolldown({
    cwd: directory,
    input: entry,
    platform: 'browser',
    logLevel: 'silent',
    external: /^@tensorflow\//,
    plugins: [
      {
        name: 'modules-of-node',
        resolveId(id, importer) {
          if (!isBuiltin(id)) return null;
          reached.push(`${id} is imported by ${importer ? fromRoot(importer) : entry}`);
          return { id, external: true };
        },
      },
    ],
  });
  try {
    const { output } = await bundler.generate({ minify: true, codeSplitting: false });
    const size = output.reduce((sum, chunk) => sum + (chunk.type === 'chunk' ? chunk.code.length : 0), 0);
    return { size, reached };
  } finally {
    await bundler.close();
  }
}
