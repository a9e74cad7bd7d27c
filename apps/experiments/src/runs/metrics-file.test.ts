import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkMetrics, readMetrics } from './metrics-file.js';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'metrics-'));
  path = join(folder, 'metrics.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true }));

const train = { step: 1, train_loss: 2.4634482860565186, train_accuracy: 0.0859375, learning_rate: 0.01 };
const test = { step: 1, test_loss: 2.25, test_accuracy: 0.1 };

describe('metrics.jsonl', () => {
  it('is one sentence if it cannot be read', () => {
    expect(() => readMetrics(folder)).toThrow(
      /cannot be read: EISDIR.* Replace the run with `run … --fresh`\./,
    );
  });

  it('loses only the torn last line of a killed run', () => {
    writeFileSync(path, `${JSON.stringify(train)}\n`);
    appendFileSync(path, '{"step":2,"train_lo');
    expect(readMetrics(path)).toEqual({ train: [train], test: [] });
  });

  it.each([
    'nonsense',
    '{"step":2}',
    '{"step":2,"train_loss":null,"train_accuracy":1,"learning_rate":1}',
    '{"step":1.5,"test_loss":1,"test_accuracy":1}',
  ])('rejects the line %s by its number', (line) => {
    writeFileSync(path, `${JSON.stringify(train)}\n${line}\n`);
    expect(() => readMetrics(path)).toThrow(
      /metrics\.jsonl, line 2 is not a line of metrics: .*Replace the run with `run … --fresh`\./,
    );
  });
});

describe('the metrics.jsonl of a resumed run', () => {
  const line = (step: number) => ({ ...train, step });
  const lines = [line(1), line(2), { ...test, step: 2 }, line(3), { ...line(4), gradient_norm: null }];
  const text = (kept: readonly object[]) => kept.map((each) => `${JSON.stringify(each)}\n`).join('');

  it.each([
    ['after a step', { step: 3, evaluated: false }],
    ['before the evaluation of its last step', { step: 2, evaluated: false }],
    ['after it', { step: 2, evaluated: true }],
    ['at its start', { step: 0, evaluated: false }],
  ])('may have more lines than those %s', (_where, position) => {
    writeFileSync(path, `${text(lines)}{"step":5,"trai`);
    expect(() => checkMetrics(path, { ...position, evaluateEvery: 2 })).not.toThrow();
  });

  it.each([
    ['a step twice', [line(1), line(1), line(2)], 'has step 1 in line 2, where step 2 is expected'],
    ['steps in another order', [line(2), line(1), line(3)], 'has step 2 in line 1, where step 1 is expected'],
    [
      'an evaluation before its step',
      [line(1), { ...test, step: 2 }, line(2), line(3)],
      'has step 2 in line 2, where no evaluation of it is expected',
    ],
    [
      'an evaluation twice',
      [line(1), line(2), { ...test, step: 2 }, { ...test, step: 2 }, line(3)],
      'has step 2 in line 4, where no evaluation of it is expected',
    ],
    ['no evaluation', [line(1), line(2), line(3)], 'lacks the evaluation after step 2'],
  ])('may not have %s', (_what, kept, message) => {
    writeFileSync(path, text(kept));
    expect(() => checkMetrics(path, { step: 3, evaluated: false, evaluateEvery: 2 })).toThrow(
      `${path} ${message}. Replace the run with \`run … --fresh\`.`,
    );
  });

  it('must have the last evaluation, if it was done', () => {
    writeFileSync(path, text(lines.slice(0, 2)));
    expect(() => checkMetrics(path, { step: 2, evaluated: true, evaluateEvery: 2 })).toThrow(
      'lacks the evaluation after step 2',
    );
    checkMetrics(path, { step: 2, evaluated: false, evaluateEvery: 2 });
  });

  it('must have the steps that were trained', () => {
    writeFileSync(path, text(lines.slice(0, 2)));
    expect(() => checkMetrics(path, { step: 4, evaluated: true })).toThrow(
      /metrics\.jsonl has 2 of the 4 steps that were trained before\. Replace the run with `run … --fresh`\./,
    );
    rmSync(path);
    expect(() => checkMetrics(path, { step: 4, evaluated: true })).toThrow('has 0 of the 4 steps');
  });
});
