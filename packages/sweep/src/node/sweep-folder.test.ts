import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SweepDefinition } from '../definition/sweep.js';
import { uniform } from '../space/builders.js';
import { runIdentity } from './run-identity.js';
import { openSweep, submitSweep } from './sweep-folder.js';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sweep-folder-'));
  writeFileSync(join(root, 'train.js'), 'export const run = () => 1;\n');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const sweep: SweepDefinition = {
  name: 'rates',
  target: 'train.js',
  space: { rate: uniform(0, 1) },
  search: { type: 'random', trials: 4 },
};
const submit = (change: Partial<SweepDefinition> = {}, options = {}) =>
  submitSweep(join(root, 'sweep'), { ...sweep, ...change }, { from: root, ...options });

describe('a sweep in its folder', () => {
  it('is there for whoever opens it, and may be submitted again', () => {
    const submitted = submit({}, { beatSeconds: 3 });
    const opened = openSweep(join(root, 'sweep'));
    expect(opened).toEqual(submitted);
    expect(opened).toMatchObject({ target: join(root, 'train.js'), beatSeconds: 3 });
    expect(submit({}, { beatSeconds: 3 })).toEqual(submitted);
    expect(opened.read().next('w')).toMatchObject([
      { type: 'proposed' },
      { type: 'claimed', attempt: 1, worker: 'w' },
    ]);
    opened.checkCode();
  });

  it.each<[change: Partial<SweepDefinition>, options: object, message: string]>([
    [{ steps: 2 }, {}, 'has another sweep: its steps is 1, not 2. Submit this one to another folder.'],
    [
      { space: { rate: uniform(0, 2) } },
      {},
      'its space is {"rate":{"type":"uniform","low":0,"high":1}}, not {"rate":',
    ],
    [{}, { code: 'v2' }, 'has another sweep: its version is "", not "v2".'],
    [{}, { beatSeconds: 1 }, 'has another sweep: its beatSeconds is 15, not 1.'],
  ])('is not replaced by another: %j %j', (change, options, message) => {
    submit();
    expect(() => submit(change, options)).toThrow(message);
    expect(openSweep(join(root, 'sweep')).sweep.steps).toBe(1);
  });

  it('refuses two versions of its code', () => {
    const { code } = submit();
    writeFileSync(join(root, 'train.js'), 'export const run = () => 2;\n');
    expect(() => openSweep(join(root, 'sweep')).checkCode()).toThrow(
      new RegExp(
        `The target .*train.js has changed since the sweep was submitted: its version is [0-9a-f]{8}, and the sweep's ${code.slice(0, 8)}\\. Restore it, or submit the sweep to another folder\\.`,
      ),
    );
    expect(() => submit()).toThrow('has another sweep: its code is "');
  });

  it.each([
    ['{', 'sweep.json is no JSON: '],
    [
      '{"format":2}',
      "sweep.json has another form than this version's, 1. Use the version that submitted it.",
    ],
    ['[]', "sweep.json has another form than this version's"],
  ])('names a broken file: %s', (text, message) => {
    writeFileSync(join(root, 'sweep.json'), text);
    expect(() => openSweep(root)).toThrow(message);
  });

  it('names what is missing, and what is wrong', () => {
    expect(() => openSweep(join(root, 'none'))).toThrow('has no sweep. Submit one to this folder first.');
    expect(() => submit({ target: 'none.js' })).toThrow('none.js cannot be read: ENOENT');
    expect(() => submit({ steps: 0 })).toThrow('submitSweep: steps is 0;');
    expect(() => submit({}, { beatSeconds: 0 })).toThrow(
      'submitSweep: beatSeconds is 0; expected a finite number above 0.',
    );
  });
});

it('identifies a run by its settings in any order, its seed and its code', () => {
  const identity = runIdentity({ a: 1, b: 2 }, 0, 'c');
  expect(identity).toMatch(/^[0-9a-f]{20}$/);
  expect(runIdentity({ b: 2, a: 1 }, 0, 'c')).toBe(identity);
  const others = [
    runIdentity({ a: 1, b: 3 }, 0, 'c'),
    runIdentity({ a: 1, b: 2 }, 1, 'c'),
    runIdentity({ a: 1, b: 2 }, 0, 'd'),
  ];
  expect(new Set([identity, ...others]).size).toBe(4);
});
