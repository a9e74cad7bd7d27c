import { describe, expect, it } from 'vitest';
import { fakeResult, SAMPLE } from '../../testing/fake-result.js';
import { differenceHtml, differenceText } from './difference-table.js';
import { pairedDifference } from './differences.js';
import { DROPOUT_RUN, NEITHER_RUN } from './runs.js';

const CHANGE = { change: 'Dropout <', first: DROPOUT_RUN, second: NEITHER_RUN };

/** Returns runs with these test losses, by seed; the accuracy is a function of the loss. */
const runsOf = (run: typeof NEITHER_RUN, losses: readonly number[]) =>
  losses.map((test_loss, seed) =>
    fakeResult(run, {
      data: SAMPLE,
      seed: BigInt(seed),
      tests: [{ step: 1000, test_loss, test_accuracy: 1 - test_loss }],
    }),
  );
const compare = (first: readonly number[], second: readonly number[]) =>
  pairedDifference(CHANGE, [...runsOf(DROPOUT_RUN, first), ...runsOf(NEITHER_RUN, second)]);

describe('pairedDifference', () => {
  it('decides by the interval, of five seeds or more', () => {
    const [low, high] = [
      [0.4, 0.41, 0.42, 0.43, 0.44],
      [0.5, 0.52, 0.5, 0.53, 0.55],
    ];
    const lower = compare(low, high);
    expect(lower).toMatchObject({
      seeds: 5,
      first: 'ablation/dropout_only',
      second: 'ablation/no_ln_no_dropout',
      testLoss: { difference: expect.closeTo(-0.1, 12), verdict: 'lower', pValue: 0.0625 },
      testAccuracy: { difference: expect.closeTo(0.1, 12), verdict: 'higher' },
    });
    expect(lower?.testLoss.high).toBeLessThan(0);
    expect(compare(high, low)?.testLoss.verdict).toBe('higher');
    expect(compare(low.slice(1), high.slice(1))?.testLoss.verdict).toBe('undecided');
  });

  it('is undecided if the interval holds zero, or for one seed, without an interval', () => {
    const level = compare([0.4, 0.5, 0.4, 0.5, 0.45], [0.5, 0.4, 0.5, 0.4, 0.45]);
    expect(level?.testLoss).toMatchObject({ difference: expect.closeTo(0, 12), verdict: 'undecided' });
    expect(level?.testLoss.low).toBeLessThan(0);
    expect(level?.testLoss.high).toBeGreaterThan(0);
    expect(compare([0.4], [0.5])?.testLoss).toEqual({
      difference: expect.closeTo(-0.1, 12),
      low: null,
      high: null,
      pValue: null,
      verdict: 'undecided',
    });
  });

  it('pairs equal seeds, and needs one', () => {
    const [first, second] = [runsOf(DROPOUT_RUN, [0.1, 0.4, 0.7]), runsOf(NEITHER_RUN, [0.3, 0.5])];
    expect(pairedDifference(CHANGE, [...first, ...second.toReversed()])).toMatchObject({
      seeds: 2,
      testLoss: { difference: expect.closeTo(-0.15, 12) },
    });
    expect(pairedDifference(CHANGE, first)).toBeNull();
  });
});

it('the table says nothing that its numbers do not', () => {
  const differences = [compare([0.4], [0.5]), compare([0.4, 0.4, 0.4, 0.4, 0.4], [0.5, 0.6, 0.5, 0.6, 0.5])];
  const shown = differences.filter((each) => each !== null);
  const cells = [...differenceHtml(shown).matchAll(/<td[^>]*>([^<]*)<\/td>/g)].map(([, text]) => text);
  expect(cells.slice(0, 8)).toEqual([
    '1',
    '−0.1000',
    '–',
    '–',
    'undecided',
    '+10.00 points',
    '–',
    'undecided',
  ]);
  expect(cells[9]).toBe('−0.1400');
  expect(cells[10]).toMatch(/^−0\.1\d{3} to −0\.1\d{3}$/);
  expect([cells[12], cells[15]]).toEqual(['lower', 'higher']);
  expect(differenceHtml(shown)).toContain('<th scope="row">Dropout &lt;</th>');
  expect(differenceText(shown)).toMatch(/│ Dropout < +│ +1 │ +−0\.1000 │/);
});
