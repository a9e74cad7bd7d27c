import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readEventFiles } from '@trainkit/testing/tensorboard';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { SummaryWriter } from './summary-writer.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trainkit-errors-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A value that a program without types can pass. */
const untyped = (value: unknown) => value as never;
const tensor = { dataSync: () => [1], shape: [], toString: () => 'Tensor' };

it.each<[string, (writer: SummaryWriter) => void]>([
  [
    'addScalar: tag is ""; expected a string that is not empty. Write for example "train/loss".',
    (w) => w.addScalar('', 1, 0),
  ],
  [
    'addScalar: tag is 5; expected a string that is not empty. Write for example "train/loss".',
    (w) => w.addScalar(untyped(5), 1, 0),
  ],
  ['addScalar: tag is "a\\ud83d"; expected whole characters.', (w) => w.addScalar('a\ud83d', 1, 0)],
  ['addScalar: value is "1"; expected a number.', (w) => w.addScalar('a', untyped('1'), 0)],
  ['addScalar: value is undefined; expected a number.', (w) => w.addScalar('a', untyped(undefined), 0)],
  [
    'addScalar: value is [object Object]; expected a number. Write tensor.dataSync()[0].',
    (w) => w.addScalar('a', untyped(tensor), 0),
  ],
  [
    'addScalar: step is -1; expected a whole number from 0 to 9007199254740991.',
    (w) => w.addScalar('a', 1, -1),
  ],
  [
    'addScalar: step is 0.5; expected a whole number from 0 to 9007199254740991.',
    (w) => w.addScalar('a', 1, 0.5),
  ],
  [
    'addScalar: step is 9007199254740992; expected a whole number from 0 to 9007199254740991.',
    (w) => w.addScalar('a', 1, 2 ** 53),
  ],
  [
    'addScalar: step is undefined; expected a whole number from 0 to 9007199254740991.',
    (w) => w.addScalar('a', 1, untyped(undefined)),
  ],
  [
    'addScalar: step is 1n; expected a whole number from 0 to 9007199254740991. Write Number(step).',
    (w) => w.addScalar('a', 1, untyped(1n)),
  ],
  [
    'addScalar: wallTime is NaN; expected a time in seconds since 1970.',
    (w) => w.addScalar('a', 1, 0, { wallTime: Number.NaN }),
  ],
  [
    'addScalar: wallTime is 1700000000000; expected a time in seconds since 1970. Write milliseconds as Date.now() / 1000.',
    (w) => w.addScalar('a', 1, 0, { wallTime: 1.7e12 }),
  ],
  [
    'addScalars: mainTag is ""; expected a string that is not empty. Write for example "train/loss".',
    (w) => w.addScalars('', { a: 1 }, 0),
  ],
  [
    'addScalars: values is [1]; expected an object such as { name: value }.',
    (w) => w.addScalars('a', untyped([1]), 0),
  ],
  [
    'addScalars: values["b"] is "x"; expected a number.',
    (w) => w.addScalars('a', { a: 1, b: untyped('x') }, 0),
  ],
  ['addHistogram: values is []; expected at least one value.', (w) => w.addHistogram('a', [], 0)],
  [
    'addHistogram: values is 5; expected an array or a typed array of numbers, or a tensor.',
    (w) => w.addHistogram('a', untyped(5), 0),
  ],
  [
    'addHistogram: values[1] is NaN; expected a finite number.',
    (w) => w.addHistogram('a', [1, Number.NaN], 0),
  ],
  ['addHistogram: values[0] is 1n; expected a number.', (w) => w.addHistogram('a', untyped([1n]), 0)],
  ['addText: text is 5; expected a string. Write String(value).', (w) => w.addText('a', untyped(5), 0)],
  [
    'addHparams: hparams is null; expected an object such as { name: value }.',
    (w) => w.addHparams(untyped(null), {}),
  ],
  [
    'addHparams: metrics is undefined; expected an object such as { name: value }.',
    (w) => w.addHparams({}, untyped(undefined)),
  ],
  [
    'addHparams: hparams["sizes"] is [1]; expected a number, a string or a boolean. Write JSON.stringify(value) for anything else.',
    (w) => w.addHparams({ sizes: untyped([1]) }, {}),
  ],
  [
    'addHparams: hparams["lr"] is NaN; expected a finite number. Write it as a string.',
    (w) => w.addHparams({ lr: Number.NaN }, {}),
  ],
  [
    'addHparams: metrics["accuracy"] is "1"; expected a number.',
    (w) => w.addHparams({ lr: 1 }, { accuracy: untyped('1') }),
  ],
  ['addText: text is "b\\ud83d"; expected whole characters.', (w) => w.addText('a', 'b\ud83d', 0)],
  [
    'addHparams: hparams["name"] is "\\ude00"; expected whole characters.',
    (w) => w.addHparams({ name: '\ude00' }, {}),
  ],
  [
    'addHparams: the name of a metric is "\\ude00"; expected whole characters.',
    (w) => w.addHparams({}, { '\ude00': 1 }),
  ],
  [
    'addScalar: options is null; expected an object of named options. Write { wallTime: … }, or leave it out.',
    (w) => w.addScalar('a', 1, 0, untyped(null)),
  ],
  [
    'addScalar: options is 1700000000; expected an object of named options. Write { wallTime: … }, or leave it out.',
    (w) => w.addScalar('a', 1, 0, untyped(1.7e9)),
  ],
  ['addScalars: options is null; expected an object', (w) => w.addScalars('a', { b: 1 }, 0, untyped(null))],
  ['addHistogram: options is null; expected an object', (w) => w.addHistogram('a', [1], 0, untyped(null))],
  [
    'addImage: options is null; expected an object',
    (w) => w.addImage('a', { data: new Float32Array(1), shape: [1, 1] }, 0, untyped(null)),
  ],
  ['addText: options is null; expected an object', (w) => w.addText('a', 'b', 0, untyped(null))],
  ['addHparams: options is null; expected an object', (w) => w.addHparams({}, {}, untyped(null))],
  ['addHparams: step is null; expected a whole number', (w) => w.addHparams({}, {}, { step: untyped(null) })],
])('says %s and writes nothing', async (message, call) => {
  const writer = new SummaryWriter(folder);
  expect(() => call(writer)).toThrow(message);
  await writer.close();
  expect(Object.values(readEventFiles(folder)).map(({ events }) => events.length)).toEqual([1]);
});

it.each<[string, string, object | null | undefined]>([
  ['SummaryWriter: logDir is ""; expected a string that is not empty.', '', undefined],
  [
    'SummaryWriter: purgeStep is -1; expected a whole number from 0 to 9007199254740991.',
    'run',
    { purgeStep: -1 },
  ],
  [
    'SummaryWriter: flushSeconds is NaN; expected a finite number from 0 to 86400.',
    'run',
    { flushSeconds: Number.NaN },
  ],
  [
    'SummaryWriter: flushSeconds is "2"; expected a finite number from 0 to 86400.',
    'run',
    { flushSeconds: '2' },
  ],
  [
    'SummaryWriter: filenameSuffix is "a/b"; expected a string without slashes, such as ".train".',
    'run',
    { filenameSuffix: 'a/b' },
  ],
  ['SummaryWriter: onError is null; expected a function.', 'run', { onError: null }],
  ['SummaryWriter: options is null; expected an object of named options.', 'run', null],
])('says %s and makes no folder', (message, run, options) => {
  expect(() => new SummaryWriter(run && join(folder, run), untyped(options))).toThrow(message);
  expect(readEventFiles(folder)).toEqual({});
});
