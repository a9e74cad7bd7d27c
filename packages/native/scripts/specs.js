// Runs TensorFlow.js' own specs on the native backend:
// `node scripts/specs.js [part of a spec's name]`, after a build.
//
// The specs lie in @tensorflow/tfjs-core/dist/**/*_test.js. They are bundled with the backend, and
// jasmine runs them. None is left out here; those that are reported as pending are disabled in
// TensorFlow.js itself.

import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import Jasmine from 'jasmine';
import { rolldown } from 'rolldown';
import { addonPath } from '../dist/build/addon-path.js';

const require = createRequire(import.meta.url);
const core = dirname(require.resolve('@tensorflow/tfjs-core/package.json'));
const folder = fileURLToPath(new URL('../node_modules/.specs/', import.meta.url));

process.env['TRAINKIT_ADDON'] = await addonPath();
const runner = new Jasmine();
runner.loadConfig({ random: false });
runner.exitOnCompletion = false;
await import(pathToFileURL(await bundle()).href);
const result = await runner.execute(undefined, process.argv[2]);
// Jasmine calls a run of a part incomplete.
const wanted = process.argv[2] === undefined ? ['passed'] : ['passed', 'incomplete'];
if (!wanted.includes(result.overallStatus)) process.exitCode = 1;

/** The path of the bundle of all specs. */
async function bundle() {
  mkdirSync(folder, { recursive: true });
  const specs = readdirSync(join(core, 'dist'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('_test.js'))
    .sort();
  const entry = join(folder, 'entry.js');
  const modules = [
    fileURLToPath(new URL('specs-environment.js', import.meta.url)),
    ...specs.map((path) => join(core, 'dist', path)),
  ];
  writeFileSync(entry, modules.map((path) => `import ${JSON.stringify(path)};\n`).join(''));
  const built = await rolldown({
    input: entry,
    platform: 'node',
    logLevel: 'silent',
    // Packages say that none of their modules matters by being loaded.
    treeshake: false,
    resolve: {
      mainFields: ['module', 'main'],
      alias: {
        'jasmine-core/lib/jasmine-core/jasmine.js': require.resolve(
          'jasmine-core/lib/jasmine-core/jasmine.js',
        ),
      },
    },
    // Node's own fetch, which the specs replace, and what only a browser has.
    external: ['node-fetch'],
  });
  const file = join(folder, 'specs.mjs');
  await built.write({ file, format: 'esm', codeSplitting: false });
  return file;
}
