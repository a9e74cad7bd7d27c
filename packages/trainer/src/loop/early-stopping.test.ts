import { describeStateful } from '@trainkit/testing/stateful';
import { expect, it } from 'vitest';
import { bestBy, earlyStopping } from './early-stopping.js';

describeStateful('EarlyStopping', {
  make: () => earlyStopping({ metric: 'validation/loss', patience: 3 }),
  advance: (stop, turn) => {
    const better = stop.update({ step: turn, values: { 'validation/loss': (turn * 5) % 7 } });
    return [better, stop.best, stop.stops];
  },
});

function feed(
  stop: ReturnType<typeof bestBy>,
  values: readonly number[],
  name = 'validation/loss',
): (number | null)[] {
  return values.map((value, i) => {
    stop.update({ step: i + 1, values: { [name]: value } });
    return stop.stops ? null : (stop.best?.step ?? 0);
  });
}

it.each([
  ['smaller is better', { patience: 2 }, [3, 2, 4, 1, 1, 1], [1, 2, 2, 4, 4, null]],
  ['a gain must exceed the threshold', { patience: 2, threshold: 0.5 }, [3, 2.5, 2.4, 2], [1, 1, 3, 3]],
  ['NaN is never better', { patience: 2 }, [Number.NaN, 1, Number.NaN, Infinity], [0, 2, 2, null]],
  ['a patience of one', { patience: 1 }, [1, 1], [1, null]],
] as const)('%s', (_, options, values, expected) => {
  expect(feed(earlyStopping({ metric: 'validation/loss', ...options }), values)).toEqual(expected);
});

it('prefers the larger value if that is better, and never stops without patience', () => {
  const stop = bestBy({ metric: 'validation/accuracy', mode: 'max' });
  expect(feed(stop, [0.1, 0.3, 0.2, 0.2, 0.2], 'validation/accuracy')).toEqual([1, 2, 2, 2, 2]);
});

it('returns its state as a copy, and refuses values that are no numbers', () => {
  const stop = earlyStopping({ metric: 'validation/loss', patience: 2 });
  stop.update({ step: 1, values: { 'validation/loss': 0.5 } });
  const state = stop.stateDict();
  Object.assign(state.best?.values ?? {}, { 'validation/loss': 'x' });
  expect(stop.best?.values).toEqual({ 'validation/loss': 0.5 });
  expect(() => stop.loadStateDict(state)).toThrow('expected { best, worse }');
  expect(stop.best?.values).toEqual({ 'validation/loss': 0.5 });
});

it.each([
  [
    () => earlyStopping({ metric: 'validation/loss', patience: 0 }),
    'patience is 0; expected a whole number of at least 1',
  ],
  [() => earlyStopping({ metric: 'validation/loss', patience: 1, minDelta: 1 } as never), 'Write threshold.'],
  [
    () => bestBy({ metric: 'validation/accuracy' }),
    `mode is undefined; expected "min" or "max" for the metric "validation/accuracy". Write mode: 'max' where larger is better, mode: 'min' where smaller is.`,
  ],
  [() => bestBy({ metric: 'a', mode: 'maxx' as never }), 'Write "max".'],
  [
    () =>
      bestBy({ metric: 'validation/los', mode: 'min' }).update({ step: 1, values: { 'validation/loss': 1 } }),
    'bestBy: metric is "validation/los", but the validation has validation/loss. Name one of these.',
  ],
])('%s is an error', (make, text) => {
  expect(make).toThrow(text);
});
