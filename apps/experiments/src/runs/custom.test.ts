import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findRun, knownRun } from '../sections/index.js';
import { type Changes, namedRun } from './custom.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'own-run-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const file = (contents: unknown, name = 'wide.json') => {
  const path = join(folder, name);
  writeFileSync(path, typeof contents === 'string' ? contents : JSON.stringify(contents));
  return path;
};
const plain = { set: [], name: undefined };
const named = (target: string, changes: Changes) => namedRun(target, changes, { findRun, knownRun });

describe('namedRun', () => {
  it("is the exercise's run without changes", () => {
    expect(named('norm/none', plain)).toEqual({ run: findRun('norm/none'), seed: null });
    expect(() => named('norm/non', plain)).toThrow('There is no run "norm/non". The runs are: init/xavier, ');
  });

  it("changes settings of the exercise's run, and keeps its length", () => {
    const { run } = named('init/xavier', { set: ['batchSize=64', 'hiddenSizes=[9]'], name: 'mine/a' });
    expect(run).toMatchObject({
      name: 'mine/a',
      settings: { batchSize: 64, hiddenSizes: [9], network: 'simple-net', activation: 'tanh' },
      length: { epochs: 3, evaluateEvery: null },
      pytorch: null,
    });
    const tenth = named('optimizer/sgd', { set: ['momentum=0.9'], name: 'mine/b' }).run.length;
    expect(tenth).toEqual(findRun('optimizer/sgd').length);
  });

  it('has the given length', () => {
    const set = (...changes: string[]) => named('optimizer/sgd', { set: changes, name: 'mine/a' }).run.length;
    expect(set('maxSteps=40')).toEqual({ steps: 40, evaluateEvery: 500, sampleTenth: false });
    expect(set('maxSteps=40', 'evaluateEvery=null')).toEqual({
      steps: 40,
      evaluateEvery: null,
      sampleTenth: false,
    });
    expect(set('evaluateEvery=7')).toEqual({
      steps: 3000,
      evaluateEvery: 7,
      sampleTenth: true,
      ownEvaluateEvery: true,
    });
  });

  it('keeps the sample’s changes, unless they or the length are changed', () => {
    const onSample = (...set: string[]) =>
      named('optimizer/adamw-tuned', { set, name: 'mine/a' }).run.onSample;
    expect(onSample('batchSize=64')).toEqual({ schedule: { kind: 'cosine', steps: 300 } });
    expect(onSample('schedule=null')).toEqual({});
    expect(onSample('maxSteps=40')).toEqual({});
  });

  it('sets one key of an object and keeps the others', () => {
    const path = file({ schedule: { kind: 'cosine', steps: 9 } });
    const { run } = named(path, { set: ['schedule.end=0.1', 'schedule.steps=5'], name: undefined });
    expect(run.settings.schedule).toEqual({ kind: 'cosine', steps: 5, end: 0.1 });
  });

  it('reads a file, with its name and seed if it has them', () => {
    expect(named(file({ maxSteps: 5 }), plain)).toMatchObject({
      run: { name: 'own/wide', length: { steps: 5, evaluateEvery: 500, sampleTenth: false } },
      seed: null,
    });
    expect(named(file({ run: 'mine/x', seed: '9223372036854775807' }), plain)).toMatchObject({
      run: { name: 'mine/x' },
      seed: 2n ** 63n - 1n,
    });
    expect(named(file({}), { set: ['seed=3'], name: 'mine/y' })).toMatchObject({
      run: { name: 'mine/y' },
      seed: 3n,
    });
  });

  it.each([
    ['nonsense', /wide\.json cannot be read as JSON: /],
    ['{ "dropout": 1e999 }', /wide\.json: dropout is Infinity: expected number\.$/],
    ['{ "hiddenSizes": [8, -1e999] }', /wide\.json: hiddenSizes\.1 is -Infinity: expected number\.$/],
    ['{ "schedule": [1e999] }', /wide\.json: schedule is \[Infinity\]: expected object\.$/],
    [
      '{ "seed": 9007199254740993 }',
      /wide\.json: seed is 9007199254740992: a number beyond 2\^53 is rounded in JSON; write the digits of the seed in quotes, as "9007199254740993"\.$/,
    ],
    ['[1]', /wide\.json contains \[1\]; expected an object of settings\./],
    [{ lerningRate: 1 }, /wide\.json: there is no "lerningRate"; did you mean "learningRate"\?$/],
    [
      { run: 'norm/none' },
      /A changed norm\/none is another run and needs another name: add --name mine\/none\./,
    ],
  ])('refuses the file %j', (contents, message) => {
    expect(() => named(file(contents), plain)).toThrow(message);
  });

  it('accepts a seed of any size, and a file that starts with a byte order mark', () => {
    expect(named(file({}), { set: ['seed=18446744073709551615'], name: undefined }).seed).toBe(
      2n ** 64n - 1n,
    );
    expect(named(file('\uFEFF{ "maxSteps": 5 }'), plain).run.length).toMatchObject({ steps: 5 });
  });

  it.each([
    ['__proto__=1', 'there is no "__proto__"'],
    ['__proto__.x=1', 'there is no "__proto__"'],
    ['__proto__={"dropout":0.5}', 'there is no "__proto__"'],
    ['schedule.__proto__=1', 'there is no "__proto__" in schedule'],
    ['constructor=1', 'there is no "constructor"'],
    ['toString.x=1', 'there is no "toString"'],
  ])('refuses --set %s as an unknown setting', (change, message) => {
    const set = ['schedule={"kind":"cosine","steps":9}', change];
    expect(() => named('norm/none', { set, name: 'mine/a' })).toThrow(message);
  });

  it('refuses two names', () => {
    expect(() => named('norm/none', { set: ['run=mine/x'], name: 'mine/a' })).toThrow(
      '--set run=mine/x and --name mine/a both name the run: leave one of them out.',
    );
    expect(named('norm/none', { set: ['run=mine/x'], name: undefined }).run.name).toBe('mine/x');
  });

  it('rejects text that is not key=value', () => {
    expect(() => named('norm/none', { set: ['dropout'], name: 'mine/a' })).toThrow(
      '--set dropout: a change is key=value, such as learningRate=0.001.',
    );
    expect(() => named('norm/none', { set: ['dropout=much'], name: 'mine/a' })).toThrow(
      'The changed norm/none: dropout is "much": expected number.',
    );
  });
});
