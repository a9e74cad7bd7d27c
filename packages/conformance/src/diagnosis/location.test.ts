import { describe, expect, test } from 'vitest';
import { locationOf } from './location.js';

/** An error with the given stack frames. */
function thrown(...frames: string[]): Error {
  return Object.assign(new Error('no'), { stack: ['Error: no', ...frames].join('\n') });
}

const LIBRARY = '    at add_ (/a/node_modules/@tensorflow/tfjs-core/dist/tf.js:11:19)';
const CHECKS = `    at LayerSubject.forward (${import.meta.url}:5:7)`;

describe('locationOf', () => {
  test.each([
    ['a method', '    at LayerNorm.forward (/my files/mine.ts:3:22)', '/my files/mine.ts:3:22'],
    ['a constructor', '    at new LayerNorm (C:\\my\\mine.ts:3:22)', 'C:\\my\\mine.ts:3:22'],
    ['an arrow function', '    at /my/mine.ts:3:22', '/my/mine.ts:3:22'],
    ['a module', '    at async file:///my%20files/mine.js:3:22', '/my files/mine.js:3:22'],
    ['a page in Firefox', 'forward@http://localhost:8080/mine.js:3:22', 'http://localhost:8080/mine.js:3:22'],
  ])('finds %s above the checks', (_, frame, location) => {
    expect(locationOf(thrown(LIBRARY, '    at Array.map (<anonymous>)', frame, CHECKS))).toBe(location);
  });

  test('finds nothing if the checked code is not in the stack, or there is no stack', () => {
    expect(locationOf(thrown(LIBRARY, CHECKS, '    at main (/my/caller.ts:3:22)'))).toBeNull();
    expect(locationOf(thrown())).toBeNull();
    expect(locationOf('thrown')).toBeNull();
  });
});
