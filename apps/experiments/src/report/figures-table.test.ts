import { expect, it } from 'vitest';
import { ADAMW_RUN, SGD_RUN, TUNED_SGD_RUN } from '../sections/6-experiments/runs.js';
import { fakeRecord } from '../testing/fake-record.js';
import { SAMPLE } from '../testing/fake-result.js';
import { figuresTable, printedFigures } from './figures-table.js';

const tests = [
  { step: 50, test_loss: 0.4, test_accuracy: 0.85 },
  { step: 300, test_loss: 0.5, test_accuracy: 0.84 },
];

it("has PyTorch's rows below each run's, and none if PyTorch has no such run", () => {
  const results = [SGD_RUN, TUNED_SGD_RUN].map((run) => fakeRecord(run, { data: SAMPLE, tests }));
  const { headings, groups, notes } = figuresTable(results, results);
  expect(headings).toEqual([
    'Run',
    'Train loss (last 100)',
    'Test loss',
    'Test accuracy',
    'Smallest test loss',
    'at step',
  ]);
  expect(groups[0]).toEqual([
    ['SGD', '0.5040', '0.5000', '84.00 %', '0.4000', '50'],
    ['PyTorch, seed 0', '0.4774', '0.5183', '82.10 %', '0.5183', '300'],
    [
      'PyTorch, mean of 5 seeds',
      '0.4797 ± 0.0080',
      '0.5214 ± 0.0173',
      '81.80 ± 1.30 %',
      '0.5207 ± 0.0162',
      '',
    ],
    ['from … to …', '0.4713 to 0.4925', '0.4997 to 0.5443', '79.70 to 83.10 %', '0.4997 to 0.5408', ''],
  ]);
  expect(groups[1]).toEqual([['Tuned SGD', '0.5040', '0.5000', '84.00 %', '0.4000', '50']]);
  expect(notes).toEqual([]);
});

it('has the mean over several seeds, with its deviation and its interval', () => {
  const of = (seed: bigint, loss: number) =>
    fakeRecord(TUNED_SGD_RUN, { seed, tests: [{ step: 3000, test_loss: loss, test_accuracy: loss }] });
  const seeds = [of(0n, 0.25), of(1n, 0.75)];
  const [rows] = figuresTable(seeds.slice(0, 1), seeds).groups;
  expect(rows?.[1]).toEqual([
    'mean of 2 seeds ± deviation',
    '0.5003 ± 0.0000',
    '0.5000 ± 0.3536',
    '50.00 ± 35.36 %',
    '0.5000 ± 0.3536',
    '',
  ]);
  expect(rows?.[2]?.slice(0, 4)).toEqual([
    '95 % interval of the mean',
    '0.5003 to 0.5003',
    '0.2687 to 0.7313',
    '26.87 to 73.13 %',
  ]);
});

it('gives the reason why PyTorch is missing, and notes runs of different lengths', () => {
  const results = [fakeRecord(SGD_RUN, { steps: 20 }), fakeRecord(ADAMW_RUN, { steps: 30 })];
  const table = figuresTable(results, results);
  expect(table.notes).toEqual([
    'These runs have different lengths: SGD has 20 steps, AdamW has 30 steps.',
    "The runs have 20 steps; PyTorch's figures are those of 3,000 steps, so it has none here.",
  ]);
  const text = printedFigures(table);
  expect(text).toMatch(/│ SGD +│ +0\.6799 │/);
  expect(text).toContain(table.notes[0]);
});
