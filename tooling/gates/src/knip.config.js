import { workspace } from './workspace.js';

/** Programs and tests that nothing imports. */
const STARTS = [
  'src/**/*.{test,full-set,kills}.ts',
  'fixtures/**/*.{js,kills.ts,thorough.ts}',
  '{bench,scripts}/**/*.{js,ts}',
  '*.config.ts',
];

/** Packages that are found by a name made at run time: the prebuilt addon of the platform. */
const BY_NAME = [/^@trainkit\/native-/];

/**
 * Dependencies that only examples import. Optional peers are ignored too: they are loaded by name,
 * or only for their types.
 */
const UNSEEN = ['@tensorflow/tfjs'];

/** The published files of each package, as sources. A mark `!` means that production needs them. */
const published = Object.fromEntries(
  workspace.map(({ path, manifest }) => {
    const built =
      JSON.stringify([manifest.exports, manifest.bin]).match(/(?<=")\.\/dist\/[^"]+\.js(?=")/g) ?? [];
    const sources = built.map((file) => file.replace(/^\.\/dist\/(.*)\.js$/, 'src/$1.ts!'));
    return [
      path,
      {
        ignoreDependencies: [...UNSEEN, ...BY_NAME, ...Object.keys(manifest.peerDependenciesMeta ?? {})],
        entry: [...new Set(sources), ...STARTS],
        project: [
          '{src,bench,scripts}/**/*.{js,ts}!',
          'fixtures/**/*.{js,kills.ts,thorough.ts}',
          '*.{js,ts}',
        ],
        // Generated code exports a name for every definition in the .proto files.
        ignore: ['src/proto/**'],
      },
    ];
  }),
);

/** Knip's settings: files and dependencies whose use knip cannot see. */
export default {
  // Programs of the system: tests make pipes with one, sanitizers run without random addresses by
  // the other.
  ignoreBinaries: ['mkfifo', 'setarch'],
  workspaces: {
    '.': { ignoreDependencies: ['@changesets/config'] },
    ...published,
    'apps/experiments': {
      ...published['apps/experiments'],
      entry: [
        'launch.js!',
        'src/{cli,index}.ts!',
        'src/check/worker.ts!',
        'src/workers/worker.ts!',
        'src/testing/make-run.js',
        ...STARTS,
      ],
    },
    // Each example is a program of its own; a page names the ones for browsers.
    'apps/examples': {
      ...published['apps/examples'],
      entry: ['src/*.ts!', ...STARTS],
    },
    // VitePress reads its configuration; the guides' blocks use the packages, and TypeDoc finds its
    // plugin by name.
    'apps/docs': {
      ...published['apps/docs'],
      entry: ['.vitepress/{config,theme/index}.js', ...STARTS],
      project: ['{scripts,.vitepress}/**/*.js'],
      ignoreDependencies: [
        ...UNSEEN,
        /^@trainkit\//,
        '@tensorflow/tfjs-backend-wasm',
        'typedoc-plugin-markdown',
      ],
    },
    // The contenders are processes of their own; one of them starts the program of `experiments` by
    // path.
    bench: {
      entry: ['src/bench.js', 'contenders/*.js', 'src/**/*.test.ts'],
      ignoreDependencies: [...UNSEEN, '@trainkit/experiments'],
    },
    'tooling/config': { entry: ['vitest.js'] },
    'tooling/testing': { entry: ['src/{index,options,python,tensorboard}.ts'] },
    // turbo's binary is found by its path.
    'tooling/tasks': { entry: ['src/turbo.js', 'src/**/*.test.ts'], ignoreDependencies: ['turbo'] },
    // Programs that .ci/run and the root's scripts start by path; gates that gate.js loads; knip's
    // own settings.
    'tooling/gates': {
      entry: ['src/{gate,test-counts,knip.config}.js', 'src/**/*.test.ts'],
      ignore: ['fixtures/**'],
    },
  },
};
