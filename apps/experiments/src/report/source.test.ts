import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { findInitializations } from '../sections/1-initialization/findings.js';
import { findExperiments } from '../sections/6-experiments/findings.js';
import { sourceLines } from './source.js';

it('returns lines of a source file with their number, without indentation', () => {
  const lines = sourceLines('init', { file: 'src/xavier.ts', first: 'const { fanIn', last: 'return gain' });
  const text = readFileSync(new URL('../../../../packages/init/src/xavier.ts', import.meta.url), 'utf8');
  const own = text.split('\n').slice((lines?.line ?? 0) - 1, (lines?.line ?? 0) + 2);
  expect(lines).toEqual({
    file: 'packages/init/src/xavier.ts',
    line: expect.any(Number),
    text: own.map((line) => line.trim()).join('\n'),
  });
  expect(lines?.text).toMatch(
    /^const \{ fanIn[\s\S]*\nreturn gain \* Math\.sqrt\(2 \/ \(fanIn \+ fanOut\)\);$/,
  );
});

it('returns null for lines or files that do not exist', () => {
  expect(sourceLines('init', { file: 'src/xavier.ts', first: 'no such line' })).toBeNull();
  expect(sourceLines('init', { file: 'src/nothing.ts', first: 'const' })).toBeNull();
});

it('finds the code of sections 1 and 6, which have no other test of it', () => {
  expect(findInitializations().code).toHaveLength(2);
  expect(findExperiments({ seed: 0n, results: [], allSeeds: [] }).code).toHaveLength(2);
});
