import { isDeepStrictEqual } from 'node:util';

/** The fields of a package.json in their order; those with a question mark may be left out. */
const FIELDS = [
  'name',
  'version',
  'description',
  'keywords',
  'license',
  'repository',
  'type',
  'sideEffects',
  'imports?',
  'exports',
  'bin?',
  'files',
  'engines',
  'publishConfig',
  'scripts',
  'dependencies?',
  'optionalDependencies?',
  'peerDependencies?',
  'peerDependenciesMeta?',
  'devDependencies',
];

/**
 * The files that every package publishes. A package with data also publishes its folder `sample`.
 */
const FILES = ['dist', 'src', '!src/**/*.test.ts'];

/** Fields that hold the same in every package. */
const SAME = {
  license: 'MIT',
  type: 'module',
  engines: { node: '>=20.19' },
  publishConfig: { access: 'public' },
};

/** Scripts that every package has. */
const SCRIPTS = {
  build: 'tsc -p tsconfig.build.json',
  test: 'vitest run',
  typecheck: 'tsc',
  'check:package': 'publint --strict && attw --pack . --profile esm-only',
};

/** A further script that a package's build may run, such as the compilation of its addon. */
const BUILD_ON = /^ && node scripts\/[\w-]+\.js$/;

/** Further scripts that a package may have. */
const MORE_SCRIPTS = ['bench', 'check:browser', 'check:full-set', 'check:kills', 'check:thorough'];

/** The TensorFlow.js packages that hold the engine: a second copy would be a second engine. */
const PEERS = ['@tensorflow/tfjs-core', '@tensorflow/tfjs-layers', '@tensorflow/tfjs-node'];
const PEER_RANGE = '^4.22.0';

/**
 * Returns the problems of a published package's package.json.
 *
 * @param {Pick<import('./workspace.js').Package, 'path' | 'folder' | 'manifest'>} package_
 * @returns {string[]}
 */
export function manifestProblems({ path, folder, manifest }) {
  const problems = [...fieldProblems(manifest), ...exportProblems(manifest), ...rangeProblems(manifest)];
  const { name, repository, scripts = {} } = manifest;
  if (name !== `@trainkit/${folder}`) problems.push(`the name is ${name}, not @trainkit/${folder}`);
  if (repository?.directory !== path)
    problems.push(`repository.directory is ${repository?.directory}, not ${path}`);
  for (const [field, value] of Object.entries(SAME)) {
    const found = Object.entries(manifest).find(([key]) => key === field)?.[1];
    if (!isDeepStrictEqual(found, value)) problems.push(`${field} is not ${JSON.stringify(value)}`);
  }
  if (
    !isDeepStrictEqual(
      manifest.files?.filter((file) => file !== 'sample'),
      FILES,
    )
  )
    problems.push(`files is not ${JSON.stringify(FILES)}`);
  for (const [script, command] of Object.entries(SCRIPTS)) {
    const found = scripts[script];
    const goesOn =
      script === 'build' && found?.startsWith(command) && BUILD_ON.test(found.slice(command.length));
    if (found !== command && !goesOn) problems.push(`scripts.${script} is not "${command}"`);
  }
  for (const script of Object.keys(scripts)) {
    if (!(script in SCRIPTS) && !MORE_SCRIPTS.includes(script))
      problems.push(`scripts.${script} is in no other package`);
  }
  return problems;
}

/** @param {import('./workspace.js').Manifest} manifest */
function fieldProblems(manifest) {
  const found = Object.keys(manifest);
  const required = FIELDS.filter((field) => !field.endsWith('?'));
  const order = FIELDS.map((field) => field.replace('?', ''));
  const problems = required.filter((field) => !found.includes(field)).map((field) => `${field} is missing`);
  problems.push(
    ...found.filter((field) => !order.includes(field)).map((field) => `${field} is in no other package`),
  );
  const sorted = order.filter((field) => found.includes(field));
  if (problems.length === 0 && !isDeepStrictEqual(found, sorted))
    problems.push(`the order is not ${sorted.join(', ')}`);
  return problems;
}

/** @param {import('./workspace.js').Manifest} manifest */
function exportProblems({ exports = {} }) {
  const problems = [];
  if (exports['./package.json'] !== './package.json') problems.push('exports lacks "./package.json"');
  for (const [entry, target] of Object.entries(exports)) {
    if (entry === './package.json') continue;
    const text = JSON.stringify(target);
    if (!text.startsWith('{"types":') && !text.includes('{"types":'))
      problems.push(`exports["${entry}"] has no types first`);
  }
  return problems;
}

/** @param {import('./workspace.js').Manifest} manifest */
function rangeProblems({
  exports = {},
  dependencies = {},
  peerDependencies = {},
  peerDependenciesMeta = {},
}) {
  const problems = [];
  for (const name of PEERS) {
    if (name in dependencies)
      problems.push(`${name} is a dependency: make it a peer, or a program holds two engines`);
    const range = peerDependencies[name];
    if (range !== undefined && range !== PEER_RANGE)
      problems.push(`the peer range of ${name} is ${range}, not ${PEER_RANGE}`);
    const optional = peerDependenciesMeta[name]?.optional === true;
    // True for a package whose main entry needs no TensorFlow.js and whose entry `./tensor` does.
    const isAside = exports['./tensor'] !== undefined;
    if (range !== undefined && optional !== (name !== PEERS[0] || isAside))
      problems.push(`${name} must${optional ? ' not' : ''} be optional`);
  }
  for (const [name, range] of Object.entries(dependencies)) {
    if (name.startsWith('@trainkit/') && range !== 'workspace:^')
      problems.push(`the range of ${name} is ${range}, not workspace:^`);
  }
  return problems;
}
