import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { explainedFailure } from './explain-failure.js';
import { UserError } from './user-error.js';

function thrownBy(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

it.each([
  [
    Object.assign(new Error("EACCES: permission denied, scandir '/data'"), {
      code: 'EACCES',
      syscall: 'scandir',
    }),
    "EACCES: permission denied, scandir '/data'. Check the permissions of the folder, or choose another one.",
  ],
  [
    thrownBy(() => readdirSync('/dev/null')),
    "ENOTDIR: not a directory, scandir '/dev/null'. Check the permissions",
  ],
  [
    Object.assign(new RangeError('wasm: there is no room for 8 bytes more.'), { code: 'ERR_OUT_OF_MEMORY' }),
    'There is not enough memory: wasm: there is no room for 8 bytes more. Make batchSize or hiddenSizes smaller',
  ],
  [
    thrownBy(() => new ArrayBuffer(Number.MAX_SAFE_INTEGER)),
    'There is not enough memory: Array buffer allocation failed',
  ],
  [new WebAssembly.RuntimeError('memory access out of bounds'), 'There is not enough memory: memory access'],
])('makes a sentence of %s', (error, message) => {
  const explained = explainedFailure(error);
  expect(explained).toBeInstanceOf(UserError);
  expect(explained).toMatchObject({ message: expect.stringContaining(message), exitCode: 1 });
});

it.each([new TypeError('x is not a function'), new UserError('known'), 'text'])(
  'returns %s unchanged',
  (error) => {
    expect(explainedFailure(error)).toBe(error);
  },
);

it('escapes control characters of foreign texts', () => {
  expect(new UserError('runs/\u001b[2J\u009b1m').message).toBe('runs/\\u001b[2J\\u009b1m');
});
