import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SGD_RUN } from '../sections/6-experiments/runs.js';
import { findRun } from '../sections/index.js';
import { FAKE_MACHINE } from '../testing/fake-record.js';
import { fakeResult, SAMPLE } from '../testing/fake-result.js';
import { readResults, sectionRecord } from './results-file.js';

const tests = [
  { step: 50, test_loss: 0.4, test_accuracy: 0.85 },
  { step: 300, test_loss: 0.5, test_accuracy: 0.84 },
];
const result = fakeResult(SGD_RUN, { data: SAMPLE, tests });
const record = (allSeeds = [result]) =>
  sectionRecord({ title: 'Experiments', runs: [SGD_RUN] }, { checks: 3 }, { allSeeds, out: '.' });

describe('sectionRecord', () => {
  it("has a run's config, figures and evaluations, PyTorch's, and the differences", () => {
    const { runs, findings, spreads } = record();
    expect(runs).toHaveLength(1);
    expect(runs[0]).toMatchObject({
      run: 'optimizer/sgd',
      title: 'SGD',
      seed: 0,
      folder: 'runs/optimizer/sgd/seed-0',
      steps: 300,
      wholeSteps: 300,
      stoppedEarly: false,
      curve: { window: 8, stride: 2 },
      gaps: [expect.closeTo(0.4 - 0.58998, 4), expect.closeTo(0.5 - 0.50403, 4)],
      predictions: null,
      machine: null,
      config: { optimizer: 'sgd', learningRate: 0.01, maxSteps: 300 },
      figures: {
        firstTrainLoss: 1.5,
        testLoss: 0.5,
        testAccuracy: 0.84,
        best: { step: 50, loss: 0.4, accuracy: 0.85 },
      },
      evaluations: [
        { step: 50, loss: 0.4, accuracy: 0.85 },
        { step: 300, loss: 0.5, accuracy: 0.84 },
      ],
      pytorch: {
        version: expect.stringMatching(/^2\.15/),
        sameSeed: { testAccuracy: 0.821, best: { step: 300 }, evaluations: { length: 6 } },
        seeds: { accuracy: { seeds: 5 } },
      },
    });
    const { figures, pytorch } = runs[0] ?? {};
    expect(pytorch?.difference?.testAccuracy).toBeCloseTo(0.84 - 0.821, 12);
    expect(pytorch?.difference?.bestTestLoss).toBe(0.4 - (pytorch?.sameSeed?.best.loss ?? 0));
    expect(pytorch?.difference?.firstTrainLoss).toBe(
      (figures?.firstTrainLoss ?? 0) - (pytorch?.sameSeed?.firstTrainLoss ?? 0),
    );
    expect(findings).toEqual({ checks: 3 });
    expect(spreads).toEqual({});
  });

  it('has the spreads over several seeds', () => {
    const other = fakeResult(SGD_RUN, {
      data: SAMPLE,
      seed: 1n,
      tests: [{ step: 300, test_loss: 0.7, test_accuracy: 0.8 }],
    });
    const { runs, spreads } = record([result, other]);
    expect(runs.map(({ seed }) => seed)).toEqual([0, 1]);
    expect(spreads['optimizer/sgd']?.testLoss).toMatchObject({ min: 0.5, max: 0.7, seeds: 2 });
  });

  it('does not compare runs with other random numbers, nor runs that PyTorch lacks', () => {
    const of = (name: string, choices = {}) => {
      const run = findRun(name);
      const allSeeds = [fakeResult(run, { data: SAMPLE, ...choices })];
      return sectionRecord({ title: '', runs: [run] }, {}, { allSeeds, out: '.' }).runs[0]?.pytorch;
    };
    expect(of('init/xavier-reference')).toMatchObject({
      sameSeed: null,
      difference: null,
      seeds: { accuracy: {} },
    });
    expect(of('init/xavier', { steps: 3 })).toBeNull();
    expect(of('init/xavier', { seed: 77n })).toMatchObject({ sameSeed: null, difference: null });
  });
});

describe('readResults', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'results-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('reads a written file, and rejects any other', () => {
    const path = join(folder, 'seed-0.json');
    expect(readResults(path)).toBeNull();
    const file = {
      format: 2,
      written: '2026-12-01T12:00:00.000Z',
      machine: FAKE_MACHINE,
      seed: 0,
      onSample: true,
      sections: { 6: record() },
    };
    writeFileSync(path, JSON.stringify(file));
    expect(readResults(path)).toEqual(file);
    for (const other of ['{', '[]', JSON.stringify({ ...file, format: 1 })]) {
      writeFileSync(path, other);
      expect(readResults(path)).toBeNull();
    }
  });
});
