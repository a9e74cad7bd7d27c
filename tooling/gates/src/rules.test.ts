import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { drawn } from './arrows.js';
import { problems } from './hygiene.js';
import { manifestProblems } from './manifest.js';
import { describesOptions } from './shape.js';
import { tarballProblems } from './tarball.js';

const manifest = JSON.parse(
  readFileSync(new URL('../../../packages/random/package.json', import.meta.url), 'utf8'),
);
const check = (change: object) =>
  manifestProblems({ path: 'packages/random', folder: 'random', manifest: { ...manifest, ...change } });

test('the arrows are read from the table of packages and from no other table', () => {
  const table = drawn(
    '| package | is | uses |\n| --- | --- | --- |\n| [`nn`](packages/nn) | x | `init`, `random` |\n| `a` | y | – |\n| laws | `b` | `c` |\n',
  );
  expect([...table]).toEqual([
    ['nn', ['init', 'random']],
    ['a', []],
  ]);
});

test.each([
  [{}, undefined],
  [{ license: 'ISC' }, 'license is not "MIT"'],
  [{ sideEffects: undefined, extra: 1 }, 'extra is in no other package'],
  [{ scripts: { ...manifest.scripts, test: 'true' } }, 'scripts.test is not "vitest run"'],
  [{ scripts: { ...manifest.scripts, more: 'x' } }, 'scripts.more is in no other package'],
  [{ exports: { '.': { default: './dist/index.js' } } }, 'exports["."] has no types first'],
  [
    { dependencies: { '@trainkit/init': '^1.0.0' } },
    'the range of @trainkit/init is ^1.0.0, not workspace:^',
  ],
  [
    { peerDependencies: { '@tensorflow/tfjs-core': '4' } },
    'the peer range of @tensorflow/tfjs-core is 4, not ^4.22.0',
  ],
  [
    { peerDependencies: { '@tensorflow/tfjs-layers': '^4.22.0' } },
    '@tensorflow/tfjs-layers must be optional',
  ],
])('a package.json with %j: %s', (change, problem) => {
  if (problem === undefined) expect(check(change)).toEqual([]);
  else expect(check(change)).toContain(problem);
});

test('the fields of a package.json have one order', () => {
  const { name, ...rest } = manifest;
  const found = manifestProblems({ path: 'packages/random', folder: 'random', manifest: { ...rest, name } });
  expect(found).toEqual([expect.stringMatching(/^the order is not name, version, /)]);
});

test('a tarball has the files that its user needs and no others', () => {
  const files = ['LICENSE', 'README.md', 'package.json', 'src/index.ts'];
  files.push(...['', '.map'].flatMap((map) => [`dist/index.js${map}`, `dist/index.d.ts${map}`]));
  const tarball = { file: 'x.tgz', bytes: 1000, files, manifest: '{}' };
  expect(tarballProblems(tarball)).toEqual([]);
  expect(tarballProblems({ ...tarball, files: [...files, 'src/a.test.ts', 'dist/old.js'] })).toEqual([
    'src/a.test.ts is not needed by users',
    'dist/old.js lacks dist/old.js.map',
    'dist/old.js lacks dist/old.d.ts',
    'dist/old.js lacks src/old.ts',
  ]);
  expect(tarballProblems({ ...tarball, manifest: '{"a":"workspace:^"}' })).toEqual([
    'package.json still contains workspace:',
  ]);
});

test.each([
  ['a.md', 'see ./src/a.ts, https://example.org/root/x and //home', undefined],
  ['a.md', `\n/${'home'}/jane/x`, `line 2: a path of one machine: /${'home'}/jane/x`],
  ['a.md', `http:${'//'}10.0.0.1/x`, `line 1: an address of a private network: http:${'//'}10.0.0.1`],
  ['a.bin', 'a\0b', 'binary'],
  ['sample/a.gz', 'a\0b', undefined],
  ['a.json', 'x'.repeat(1_100_000), '1.1 MB'],
])('%s in the tree', (file, text, what) => {
  expect(problems(file, Buffer.from(text)).map((problem) => problem.what)).toEqual(
    what === undefined ? [] : [what],
  );
});

test('the test of options has one suite for each entry', () => {
  const main = 'describeOptions({ f });\n';
  const node = "describeOptions({}, { entry: './node' });\n";
  const described = (text: string) => ['.', './node'].filter((entry) => describesOptions(text, entry));
  expect([main + node, main, node, ''].map(described)).toEqual([['.', './node'], ['.'], ['./node'], []]);
});

test('a skipped test counts as a failure, and so does a package without a count', () => {
  const counter = fileURLToPath(new URL('test-counts.js', import.meta.url));
  const input =
    '@trainkit/random:test: \u001b[2m      Tests \u001b[22m 93 passed (93)\n' +
    '@trainkit/nn:test:       Tests  1 failed | 90 passed | 3 skipped (94)\n' +
    '@trainkit/init:other:       Tests  7 passed (7)\n';
  const output = execFileSync(process.execPath, [counter, 'test'], { input, encoding: 'utf8' });
  expect(output).toContain(
    '@trainkit/random: 93 passed (93)\nFAILED @trainkit/nn: 1 failed | 90 passed | 3 skipped (94)\n',
  );
  expect(output).toContain('FAILED @trainkit/init: its test counted no test\n');
  const missing = output.match(/counted no test/g) ?? [];
  expect(output.trimEnd().split('\n').at(-1)).toBe(`183 ${4 + missing.length}`);
});
