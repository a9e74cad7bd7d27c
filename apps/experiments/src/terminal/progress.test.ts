import { describe, expect, it } from 'vitest';
import { Progress } from './progress.js';

/** A terminal that remembers what was written, and a clock that is set by hand. */
function setUp({ isTTY, columns = 120 }: { isTTY: boolean; columns?: number }) {
  const written: string[] = [];
  const terminal = { isTTY, columns, write: (text: string | Uint8Array) => written.push(String(text)) > 0 };
  const clock = { milliseconds: 0 };
  const progress = new Progress('init/zero', { steps: 100, terminal, now: () => clock.milliseconds });
  return { written, clock, progress };
}

describe('Progress', () => {
  it('writes a plain line every 3 seconds without a terminal', () => {
    const { written, clock, progress } = setUp({ isTTY: false });
    for (let step = 1; step <= 70; step++) {
      clock.milliseconds = step * 100;
      progress.update({ step, loss: 2.345678, accuracy: 0.125 });
    }
    expect(written).toEqual([
      'init/zero  step 30/100  loss 2.3457  accuracy 0.125  10 steps/s  7 s left\n',
      'init/zero  step 60/100  loss 2.3457  accuracy 0.125  10 steps/s  4 s left\n',
    ]);
  });

  it('takes its speed from its own steps alone where a run goes on', () => {
    const written: string[] = [];
    const terminal = { write: (text: string) => written.push(text) > 0 };
    const clock = { milliseconds: 0 };
    const progress = new Progress('init/zero', {
      steps: 100,
      terminal,
      start: 60,
      now: () => clock.milliseconds,
    });
    clock.milliseconds = 5000;
    progress.update({ step: 70, loss: 1, accuracy: 0.5 });
    expect(written).toEqual(['init/zero  step 70/100  loss 1.0000  accuracy 0.500  2 steps/s  15 s left\n']);
  });

  it.each([
    [120, '━━━━━━━━━━──────────  init/zero  step 50/100  loss 1.0000  accuracy 0.500  100 steps/s  1 s left'],
    // What is too narrow for both keeps the words.
    [80, 'init/zero  step 50/100  loss 1.0000  accuracy 0.500  100 steps/s  1 s left'],
    [40, 'init/zero  step 50/100  loss 1.0000  ac'],
  ])('redraws one line in place on a terminal of %i columns', (columns, line) => {
    const { written, clock, progress } = setUp({ isTTY: true, columns });
    clock.milliseconds = 500;
    progress.update({ step: 50, loss: 1, accuracy: 0.5 });
    expect(written).toEqual([`\r\x1b[2K${line}`]);
  });

  it('ends with one lasting line', () => {
    const { written, clock, progress } = setUp({ isTTY: true });
    clock.milliseconds = 2500;
    progress.finish('test accuracy 10.00 %');
    expect(written.join('')).toBe('\r\x1b[2Kinit/zero  test accuracy 10.00 %  (2.5 s)\n');
  });
});
