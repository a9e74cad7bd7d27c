import { describe, expect, it } from 'vitest';
import { LEGEND, line, lineAlone, lineOfMemory, markdown } from './table.js';

const range = (median: number, low: number, high: number, samples = 5) => ({ median, low, high, samples });
const outcome = {
  name: 'step',
  goal: 0.75,
  ratio: range(0.7, 0.65, 0.74),
  ours: { name: 'Trainkit', times: range(6.71, 6.5, 7.25, 1500), memory: { before: 400e6, after: 410e6 } },
  theirs: { name: 'PyTorch', times: range(9.6, 9, 120, 1500), memory: null },
};
const alone = { name: 'start', limit: 2000, ours: { name: 'Trainkit', times: range(1500, 1400, 2100, 9) } };
const memory = {
  name: 'memory',
  task: { layerNorm: true, dropout: 0.15 },
  steps: 10_000,
  limits: { tensors: 0, nativeTensors: 0, growth: 0.05 },
  tensors: 0,
  nativeTensors: 0,
  resident: { before: 500e6, after: 510e6 },
};

describe('a line', () => {
  it('names both sides, their times, the ratio and the goal', () => {
    expect(line(outcome)).toBe(
      'step: 6.71 (6.50 to 7.25) ms, 410 MB (Trainkit) against 9.60 (9.00 to 120) ms (PyTorch); ' +
        'ratio 0.70 (0.65 to 0.74) over 5 pairs; goal at most 0.75: reached',
    );
  });

  it('is open if the goal lies in the range, and missed if it lies below', () => {
    expect(line({ ...outcome, goal: 0.7 })).toMatch(/goal at most 0\.7: open$/);
    expect(line({ ...outcome, goal: 0.6 })).toMatch(/goal at most 0\.6: missed$/);
    expect(line({ ...outcome, ratio: range(0.7, 0.7, 0.7, 1) })).toMatch(/over 1 pair; .*: open$/);
  });

  it('prints a goal with all its digits, and a measurement with the digits that decide it', () => {
    expect(line({ ...outcome, goal: 1.25, ratio: range(1.27, 1.26, 1.31) })).toMatch(
      /ratio 1\.27 \(1\.26 to 1\.31\) over 5 pairs; goal at most 1\.25: missed$/,
    );
  });

  it('says that there is no goal', () => {
    expect(line({ ...outcome, goal: null })).toMatch(/over 5 pairs; no goal$/);
  });

  it('names the side whose memory leaks', () => {
    const theirs = { ...outcome.theirs, memory: { before: 300e6, after: 720e6 } };
    expect(line({ ...outcome, theirs })).toMatch(/; memory of PyTorch grew from 300 to 720 MB$/);
  });

  it('compares a row of one side with its limit', () => {
    expect(lineAlone(alone)).toBe('start: 1500 (1400 to 2100) ms; goal at most 2000 ms: open');
    expect(lineAlone({ ...alone, limit: 2100 })).toMatch(/reached$/);
  });

  it('prints the counts of a memory row and its kind of step', () => {
    expect(lineOfMemory(memory)).toBe(
      'memory: 0 tensors and 0 of the native library more after 10,000 steps with LayerNorm and dropout 0.15; ' +
        'resident 500 MB before, 510 MB after; goal at most 0, 0 and 5 % more: reached',
    );
    expect(lineOfMemory({ ...memory, steps: 5, task: {}, nativeTensors: null })).toMatch(
      /^memory: 0 tensors more after 5 steps;/,
    );
  });
});

it('makes one table of Markdown of all rows', () => {
  const text = markdown({
    outcomes: [outcome, { ...outcome, name: 'other', goal: null }],
    measured: [alone],
    memories: [memory],
  });
  const [heading, , ...rows] = text.split('\n');
  expect(heading).toContain('10 to 90 % of the steps');
  expect(heading).toContain('smallest to largest pair of processes');
  expect(rows.map((row) => row.split(' | ').at(0))).toEqual(['| step', '| other', '| start', '| memory']);
  expect(rows.map((row) => row.split(' | ').at(-1))).toEqual([
    'goal at most 0.75: reached |',
    'no goal |',
    'goal at most 2000 ms: open |',
    'goal at most 0, 0 and 5 % more: reached |',
  ]);
  // As many cells in each row, or Markdown shows no table.
  expect(new Set(text.split('\n').map((row) => row.split('|').length))).toEqual(new Set([7]));
});

it('names its intervals in the legend', () => {
  expect(LEGEND).toContain('10 to 90 %');
  expect(LEGEND).toContain('median over pairs of processes, with the smallest and the largest');
  expect(LEGEND).toContain('open:');
});
