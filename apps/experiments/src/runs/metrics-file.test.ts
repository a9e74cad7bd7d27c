import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MetricsWriter, readMetrics } from './metrics-file.js';

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
  it('holds a line a step, losses unrounded, and reads back', () => {
    const writer = new MetricsWriter(path);
    writer.write(train);
    writer.write(test);
    writer.close();
    expect(readFileSync(path, 'utf8')).toBe(
      '{"step":1,"train_loss":2.4634482860565186,"train_accuracy":0.0859375,"learning_rate":0.01}\n{"step":1,"test_loss":2.25,"test_accuracy":0.1}\n',
    );
    expect(readMetrics(path)).toEqual({ train: [train], test: [test] });
  });

  it('has each line on disk before the next step', () => {
    const writer = new MetricsWriter(path);
    writer.write(train);
    expect(readMetrics(path).train).toEqual([train]);
    writer.close();
  });

  it('leaves the file of another writer alone', () => {
    const [first, second] = [new MetricsWriter(path), new MetricsWriter(path)];
    first.write(train);
    second.write(train);
    first.write(test);
    second.write(test);
    expect(readMetrics(path)).toEqual({ train: [train], test: [test] });
    expect(first.written).toEqual({ train: [train], test: [test] });
    first.close();
    second.close();
  });

  it('is one sentence where it cannot be opened or read', () => {
    expect(() => new MetricsWriter(join(folder, 'none', 'metrics.jsonl'))).toThrow(
      /cannot be written: .* Choose another folder with --out\./,
    );
    expect(() => readMetrics(folder)).toThrow(
      /cannot be read: EISDIR.* Make the run anew with `run … --fresh`\./,
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
  ])('refuses the line %s and says where it is', (line) => {
    writeFileSync(path, `${JSON.stringify(train)}\n${line}\n`);
    expect(() => readMetrics(path)).toThrow(
      /metrics\.jsonl, line 2 is no line of metrics: .*Make the run anew with `run … --fresh`\./,
    );
  });
});

describe('a metrics.jsonl that is gone on with', () => {
  const line = (step: number) => ({ ...train, step });
  const lines = [line(1), line(2), { ...test, step: 2 }, line(3), { ...line(4), gradient_norm: null }];
  const text = (kept: readonly object[]) => kept.map((each) => `${JSON.stringify(each)}\n`).join('');

  it.each([
    ['after a step', { step: 3, evaluated: false }, 4],
    ['before the evaluation of its last step', { step: 2, evaluated: false }, 2],
    ['after it', { step: 2, evaluated: true }, 3],
    ['at its start', { step: 0, evaluated: false }, 0],
  ])('is cut %s, to the byte, and written from there', (_where, place, kept) => {
    writeFileSync(path, `${text(lines)}{"step":5,"trai`);
    const writer = new MetricsWriter(path, place);
    expect(readFileSync(path, 'utf8')).toBe(text(lines.slice(0, kept)));
    writer.write(line(9));
    writer.sync();
    writer.close();
    expect(readFileSync(path, 'utf8')).toBe(text([...lines.slice(0, kept), line(9)]));
    expect(writer.written).toEqual(readMetrics(path));
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
    const before = readFileSync(path, 'utf8');
    expect(() => new MetricsWriter(path, { step: 3, evaluated: false, evaluateEvery: 2 })).toThrow(
      `${path} ${message}. Make the run anew with \`run … --fresh\`.`,
    );
    expect(readFileSync(path, 'utf8')).toBe(before);
  });

  it('must have the last evaluation too, if that was done', () => {
    writeFileSync(path, text(lines.slice(0, 2)));
    expect(() => new MetricsWriter(path, { step: 2, evaluated: true, evaluateEvery: 2 })).toThrow(
      'lacks the evaluation after step 2',
    );
    new MetricsWriter(path, { step: 2, evaluated: false, evaluateEvery: 2 }).close();
  });

  it('loses the ends of lines that another system wrote', () => {
    writeFileSync(path, text(lines).replaceAll('\n', '\r\n'));
    new MetricsWriter(path, { step: 4, evaluated: false }).close();
    expect(readFileSync(path, 'utf8')).toBe(text(lines));
  });

  it('must have the steps that were trained', () => {
    writeFileSync(path, text(lines.slice(0, 2)));
    expect(() => new MetricsWriter(path, { step: 4, evaluated: true })).toThrow(
      /metrics\.jsonl has 2 of the 4 steps that were trained before\. Make the run anew with `run … --fresh`\./,
    );
    rmSync(path);
    expect(() => new MetricsWriter(path, { step: 4, evaluated: true })).toThrow('has 0 of the 4 steps');
  });
});
