import { describe, expect, it } from 'vitest';
import { Best } from './best.js';

const test = (step: number, test_loss: number, test_accuracy = 0.5) => ({ step, test_loss, test_accuracy });

describe('Best', () => {
  it('is the evaluation with the smallest test loss, the first of equals', () => {
    const best = new Best(null);
    expect([3, 1, 2, 1, Number.NaN].map((loss, i) => best.hear(test(i, loss)))).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
    expect(best.best).toEqual(test(1, 1));
    expect(best.exhausted).toBe(false);
  });

  it('stops when `patience` evaluations in a row were no better', () => {
    const best = new Best({ metric: 'test_accuracy', patience: 2, minDelta: 0 });
    const exhausted = [0.5, 0.4, 0.6, 0.6, 0.5].map((accuracy, i) => {
      best.hear(test(i, 9 - i, accuracy));
      return best.exhausted;
    });
    expect(exhausted).toEqual([false, false, false, false, true]);
    expect(best.best?.step).toBe(2);
  });

  it('asks for `minDelta` more', () => {
    const best = new Best({ metric: 'test_loss', patience: 9, minDelta: 0.5 });
    expect([3, 2.6, 2.5, 2.4].map((loss, i) => best.hear(test(i, loss)))).toEqual([true, false, false, true]);
  });

  it('is restored from JSON', () => {
    const best = new Best({ metric: 'test_loss', patience: 2, minDelta: 0 });
    best.hear(test(1, 1));
    best.hear(test(2, 2));
    const again = new Best({ metric: 'test_loss', patience: 2, minDelta: 0 });
    again.restore(JSON.parse(JSON.stringify(best.state())));
    again.hear(test(3, 3));
    expect(again.exhausted).toBe(true);
    expect(again.best).toEqual(test(1, 1));
  });
});
