import { expect, it } from 'vitest';
import { displayCompilation } from './progress.js';

function written(isTTY: boolean): string {
  let text = '';
  const write = (piece: string | Uint8Array) => {
    text += piece;
    return true;
  };
  const { onStep, onProgress, end } = displayCompilation({ isTTY, write });
  onStep('Waiting');
  for (const done of [0, 1, 2]) onProgress(done, 2);
  end();
  return text;
}

it('counts on in one line of a terminal', () => {
  const title = 'Compiling the native backend, once';
  const lines = ['Waiting', `${title}: 0 of 2`, `${title}: 1 of 2`, `${title}: 2 of 2`];
  expect(written(true)).toBe(`${lines.map((line) => `\r\u001b[K${line}`).join('')}\n`);
});

it('writes one line for a step where there is no terminal', () => {
  expect(written(false)).toBe('Waiting\nCompiling the native backend, once\n');
});
