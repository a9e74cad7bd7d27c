import { expect, it } from 'vitest';
// By its path: @trainkit/testing depends on this package.
import { describeOptions } from '../../../tooling/testing/src/options.js';
import { sweepTemporary, writeWhole } from './files/index.js';
import { checkOptions, type OptionNames } from './options.js';
import { parseJson } from './parse-json.js';

interface Options {
  learningRate?: number | undefined;
  weightDecay?: number | undefined;
  bias?: boolean | undefined;
  eps?: number | undefined;
}

const NAMES: OptionNames<Options> = { learningRate: true, weightDecay: true, bias: true, eps: true };
const ALL = 'learningRate, weightDecay, bias, eps';

it('returns the options that it accepts', () => {
  const options = { learningRate: 0.1, bias: undefined };
  expect(checkOptions('f', options, NAMES)).toBe(options);
});

it.each([
  [{ weight_decay: 0.1 }, `"weight_decay"; expected ${ALL}. Write weightDecay: 0.1.`],
  [{ lr: 0.1 }, `"lr"; expected ${ALL}. Write learningRate.`],
  [{ useBias: false }, `"useBias"; expected ${ALL}. Write bias.`],
  [{ use_bias: false }, `"use_bias"; expected ${ALL}. Write bias.`],
  [{ epsilon: 1e-7 }, `"epsilon"; expected ${ALL}. Write eps.`],
  [{ biass: true }, `"biass"; expected ${ALL}. Write bias: true.`],
  [{ learningrate: [] }, `"learningrate"; expected ${ALL}. Write learningRate: ….`],
  [{ color: 'red' }, `"color"; expected ${ALL}. Leave color out.`],
  [{ toString: 1 }, `"toString"; expected ${ALL}. Leave toString out.`],
])('refuses %j', (options, text) => {
  expect(() => checkOptions('f', options, NAMES)).toThrow(
    new TypeError(`f: received the unknown option ${text}`),
  );
});

it.each([
  [null, 'null'],
  [0.1, '0.1'],
  ['x', '"x"'],
  [[1], '[1]'],
])('refuses %j in place of the options', (options, text) => {
  expect(() => checkOptions('f', options as never, NAMES)).toThrow(
    new TypeError(
      `f: options is ${text}; expected an object of named options. Write { learningRate: … }, or leave it out.`,
    ),
  );
});

it('does not propose to leave out options that are required', () => {
  expect(() => checkOptions('f', undefined as never, NAMES)).toThrow(
    new TypeError('f: options is undefined; expected an object of named options. Write { learningRate: … }.'),
  );
});

it('refuses everything if there are no options', () => {
  expect(() => checkOptions('g', { a: 1 } as object, {})).toThrow(
    'g: received the unknown option "a"; expected no options. Leave a out.',
  );
});

describeOptions({
  checkOptions: (options) => checkOptions('f', options, NAMES),
  parseJson: (options) => parseJson('1', options),
});
describeOptions({}, { entry: './tensor' });
describeOptions(
  {
    sweepTemporary: (options) => sweepTemporary('.', options),
    writeWhole: (options) => writeWhole('unwritten', '', options),
  },
  { entry: './files' },
);
