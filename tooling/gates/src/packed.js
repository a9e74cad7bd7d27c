import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { copiesOfCore, copiesProblems } from './copies.js';
import { run } from './run.js';
import { pack, tarballProblems } from './tarball.js';
import { addons, entries, packages, root } from './workspace.js';

const FIXTURES = fileURLToPath(new URL('../fixtures', import.meta.url));

/** A program that fails if an import registers or selects a backend. */
const NO_BACKEND = `
import { engine } from '@tensorflow/tfjs-core';
await import(process.argv[1]);
const { registryFactory, backendName } = engine();
const found = Object.keys(registryFactory);
if (found.length > 0 || backendName) throw new Error('importing it registers the backends ' + found.join(', '));
`;

/** The compiler options of a user's program, for both ways of resolving modules. */
const RESOLUTIONS = {
  nodenext: { module: 'nodenext', outDir: 'out', files: ['consumer.ts', 'consumer.cts'] },
  bundler: { module: 'esnext', outDir: 'out-bundler', files: ['consumer.ts'] },
};

/**
 * Checks that the published packages work. Every package is packed, all are installed with npm into
 * an empty project outside the workspace, every entry is imported and required, and a program that
 * uses them together type-checks and trains. If a prebuilt addon is published for this machine, a
 * model trains on it without a compiler.
 *
 * @param {import('./report.js').Report} report
 */
export default async function packed(report) {
  const home = mkdtempSync(join(tmpdir(), 'trainkit-packed-'));
  try {
    const tarballs = [];
    for (const package_ of packages) {
      const tarball = await pack(package_, join(home, 'tarballs'));
      tarballs.push(tarball.file);
      const label = `${package_.manifest.name}: ${tarball.files.length} files, ${(tarball.bytes / 1000).toFixed(0)} kB`;
      report.check(
        label,
        tarballProblems(tarball),
        'Fix "files" in its package.json; to remove files of an older build: rm -r packages/*/dist && pnpm build --force',
      );
    }
    const project = join(home, 'project');
    if (await install(project, tarballs, report)) {
      await importAll(project, report);
      await compile(project, report);
    }
    await trainNatively(home, report);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/**
 * @param {string} project
 * @param {readonly string[]} tarballs
 * @param {import('./report.js').Report} report
 */
async function install(project, tarballs, report) {
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), '{ "name": "project", "private": true, "type": "module" }');
  // npm would read the variables that pnpm sets for its scripts as settings.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^p?npm_/i.test(name)));
  const args = [
    'install',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    '@tensorflow/tfjs@^4.22.0',
    ...tarballs,
  ];
  const { code, output } = await run('npm', args, { cwd: project, env });
  report.check(
    `npm installs ${tarballs.length} tarballs and @tensorflow/tfjs into an empty project`,
    code === 0 ? [] : [output],
    'Make the ranges of the dependencies and peers agree.',
  );
  if (code !== 0) return false;
  const copies = copiesOfCore(project);
  report.check(
    `one copy of @tensorflow/tfjs-core: ${copies.join(', ')}`,
    copiesProblems(copies),
    'Make @tensorflow/tfjs-core a peer in every package, never a dependency.',
  );
  return true;
}

/** A regression that uses only TensorFlow.js and the native backend. */
const TRAIN = `
import * as tf from '@tensorflow/tfjs';
import { useNativeBackend } from '@trainkit/native';
const { target } = await useNativeBackend();
const x = tf.randomNormal([64, 8], 0, 1, 'float32', 1);
const y = x.matMul(tf.ones([8, 1]));
const w = tf.variable(tf.zeros([8, 1]));
const optimizer = tf.train.adam(0.3);
const losses = [];
for (let step = 0; step < 20; step++) {
  const loss = optimizer.minimize(() => tf.losses.meanSquaredError(y, x.matMul(w)), true);
  losses.push(loss.dataSync()[0]);
}
if (tf.getBackend() !== 'native' || !(losses[19] < losses[0] / 4)) throw new Error(losses.join(' '));
console.log('20 steps on native (' + target + '): loss ' + losses[0].toFixed(2) + ' to ' + losses[19].toFixed(2));
`;

/**
 * Trains on the native backend from tarballs alone: with the prebuilt addon of this machine, an
 * empty cache folder, and no compiler on the PATH.
 *
 * @param {string} home
 * @param {import('./report.js').Report} report
 */
async function trainNatively(home, report) {
  const { report: machine } = process;
  const isMusl =
    process.platform === 'linux' && !JSON.stringify(machine?.getReport()).includes('glibcVersionRuntime');
  const name = `@trainkit/native-${process.platform}-${process.arch}${isMusl ? '-musl' : ''}`;
  const addon = addons.find(({ manifest }) => manifest.name === name);
  const native = packages.filter(({ folder }) => ['checks', 'native'].includes(folder));
  if (addon === undefined) {
    report.pass(`no prebuilt addon is published for this machine: there is no ${name}`);
    return;
  }
  const built = await run(
    process.execPath,
    [join(root, 'packages/native/scripts/build-native.js'), addon.folder],
    {
      cwd: root,
    },
  );
  report.check(
    `${addon.path}: zig cross-compiles the addon`,
    built.code === 0 ? [] : [built.output],
    'Fix the errors of clang; the script needs pip.',
  );
  if (built.code !== 0) return;
  const folder = join(home, 'native-tarballs');
  const tarballs = [];
  for (const package_ of [...native, addon]) tarballs.push(await pack(package_, folder));
  const files = tarballs.at(-1)?.files ?? [];
  report.check(
    `${name}: ${files.join(', ')}`,
    ['LICENSE', 'README.md', 'package.json', 'trainkit.node']
      .filter((file) => !files.includes(file))
      .map((file) => `${file} is missing`),
    'Fix "files" in its package.json.',
  );
  const project = join(home, 'native-project');
  if (
    !(await install(
      project,
      tarballs.map(({ file }) => file),
      report,
    ))
  )
    return;
  const env = {
    ...process.env,
    PATH: join(home, 'no-programs'),
    CXX: '',
    TRAINKIT_NATIVE_DIR: join(home, 'empty-cache'),
  };
  const trained = await run(process.execPath, ['--input-type=module', '-e', TRAIN], { cwd: project, env });
  report.check(
    `without a compiler: ${trained.stdout.trim()}`,
    trained.code === 0 ? [] : [trained.output],
    'Fix the search for the prebuilt addon in packages/native/src/build.',
  );
}

/**
 * @param {string} project
 * @param {import('./report.js').Report} report
 */
async function importAll(project, report) {
  for (const entry of packages.flatMap(({ manifest }) => entries(manifest))) {
    const imported = await run(process.execPath, ['--input-type=module', '-e', NO_BACKEND, entry], {
      cwd: project,
    });
    report.check(
      `import '${entry}' brings no backend`,
      imported.code === 0 ? [] : [imported.output],
      'Import @tensorflow/tfjs-core in sources; load a backend in a function, on request.',
    );
    const program = `if (Object.keys(require(process.argv[1])).length === 0) throw new Error('it exports nothing')`;
    const required = await run(process.execPath, ['--input-type=commonjs', '-e', program, entry], {
      cwd: project,
    });
    report.check(
      `require('${entry}')`,
      required.code === 0 ? [] : [required.output],
      'Export names, and use no top-level await in the modules of an entry: such a module cannot be required.',
    );
  }
}

/**
 * @param {string} project
 * @param {import('./report.js').Report} report
 */
async function compile(project, report) {
  const tsc = join(root, 'node_modules/typescript/lib/tsc.js');
  for (const file of ['consumer.ts', 'consumer.cts']) copyFileSync(join(FIXTURES, file), join(project, file));
  for (const [moduleResolution, { files, ...options }] of Object.entries(RESOLUTIONS)) {
    const compilerOptions = {
      ...options,
      moduleResolution,
      rootDir: '.',
      target: 'es2022',
      lib: ['es2023', 'dom', 'dom.iterable'],
      types: [],
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      // TensorFlow.js 4.22's own declarations do not pass a library check.
      skipLibCheck: true,
    };
    const config = join(project, `tsconfig.${moduleResolution}.json`);
    writeFileSync(config, JSON.stringify({ compilerOptions, files }));
    const { code, output } = await run(process.execPath, [tsc, '--pretty', 'false', '-p', config], {
      cwd: project,
    });
    report.check(
      `a program type-checks with moduleResolution ${moduleResolution}`,
      code === 0 ? [] : [output],
      'Fix the types, or tooling/gates/fixtures after an intended change of the API.',
    );
  }
  for (const file of ['consumer.js', 'consumer.cjs']) {
    const { code, stdout, output } = await run(process.execPath, [join(project, 'out', file)], {
      cwd: project,
    });
    report.check(
      `${file} runs${stdout === '' ? '' : `: ${stdout.trim()}`}`,
      code === 0 ? [] : [output],
      'Fix the packages, or tooling/gates/fixtures after an intended change of the API.',
    );
  }
}
