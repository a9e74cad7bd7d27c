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

/** What a program without types can hand over. */
const untyped = (value: unknown) => value as never;
const tensor = { dataSync: () => [1], shape: [], toString: () => 'Tensor' };

it.each<[string, (writer: SummaryWriter) => void]>([
  [
    'addScalar: tag must be a text that is not empty, like "train/loss"; received \'\'.',
    (w) => w.addScalar('', 1, 0),
  ],
  [
    'addScalar: tag must be a text that is not empty, like "train/loss"; received 5.',
    (w) => w.addScalar(untyped(5), 1, 0),
  ],
  ['addScalar: tag holds half a character; received ', (w) => w.addScalar('a\ud83d', 1, 0)],
  ["addScalar: value must be a number; received '1'.", (w) => w.addScalar('a', untyped('1'), 0)],
  ['addScalar: value must be a number; received undefined.', (w) => w.addScalar('a', untyped(undefined), 0)],
  ['write tensor.dataSync()[0].', (w) => w.addScalar('a', untyped(tensor), 0)],
  ['addScalar: step must be a whole number from 0 to 2^53 - 1; received -1.', (w) => w.addScalar('a', 1, -1)],
  [
    'addScalar: step must be a whole number from 0 to 2^53 - 1; received 0.5.',
    (w) => w.addScalar('a', 1, 0.5),
  ],
  [
    'addScalar: step must be a whole number from 0 to 2^53 - 1; received 9007199254740992.',
    (w) => w.addScalar('a', 1, 2 ** 53),
  ],
  [
    'addScalar: step must be a whole number from 0 to 2^53 - 1; received undefined.',
    (w) => w.addScalar('a', 1, untyped(undefined)),
  ],
  [
    'addScalar: step must be a number; received 1n: write Number(step).',
    (w) => w.addScalar('a', 1, untyped(1n)),
  ],
  [
    'addScalar: wallTime is in seconds since 1970; received NaN.',
    (w) => w.addScalar('a', 1, 0, { wallTime: Number.NaN }),
  ],
  [
    'addScalar: wallTime is in seconds since 1970; received 1700000000000: write milliseconds as Date.now() / 1000.',
    (w) => w.addScalar('a', 1, 0, { wallTime: 1.7e12 }),
  ],
  [
    'addScalars: mainTag must be a text that is not empty, like "train/loss"; received \'\'.',
    (w) => w.addScalars('', { a: 1 }, 0),
  ],
  [
    'addScalars: the values must be an object like { name: value }; received [ 1 ].',
    (w) => w.addScalars('a', untyped([1]), 0),
  ],
  [
    "addScalars: the value of b must be a number; received 'x'.",
    (w) => w.addScalars('a', { a: 1, b: untyped('x') }, 0),
  ],
  ['addHistogram: there are no values; received none.', (w) => w.addHistogram('a', [], 0)],
  [
    'addHistogram: values must be an array or a typed array of numbers, or a tensor; received 5.',
    (w) => w.addHistogram('a', untyped(5), 0),
  ],
  [
    'addHistogram: values must be finite; received NaN at index 1.',
    (w) => w.addHistogram('a', [1, Number.NaN], 0),
  ],
  [
    'addHistogram: values must be numbers; received 1n at index 0.',
    (w) => w.addHistogram('a', untyped([1n]), 0),
  ],
  ['addText: text must be a text; received 5: write String(…) of it.', (w) => w.addText('a', untyped(5), 0)],
  [
    'addHparams: hparams must be an object like { name: value }; received null.',
    (w) => w.addHparams(untyped(null), {}),
  ],
  [
    'addHparams: metrics must be an object like { name: value }; received undefined.',
    (w) => w.addHparams({}, untyped(undefined)),
  ],
  [
    'addHparams: the hyperparameter sizes must be a number, a text or a boolean; received [ 1 ]: write JSON.stringify(sizes) for anything else.',
    (w) => w.addHparams({ sizes: untyped([1]) }, {}),
  ],
  [
    'addHparams: the hyperparameter lr must be finite; received NaN: write it as a text.',
    (w) => w.addHparams({ lr: Number.NaN }, {}),
  ],
  [
    "addHparams: the metric accuracy must be a number; received '1'.",
    (w) => w.addHparams({ lr: 1 }, { accuracy: untyped('1') }),
  ],
  ['addText: text holds half a character; received ', (w) => w.addText('a', 'b\ud83d', 0)],
  [
    'addHparams: the hyperparameter name holds half a character; received ',
    (w) => w.addHparams({ name: '\ude00' }, {}),
  ],
  [
    'addHparams: the name of a metric holds half a character; received ',
    (w) => w.addHparams({}, { '\ude00': 1 }),
  ],
  [
    'addScalar: options is an object, like {}, or left out; received null.',
    (w) => w.addScalar('a', 1, 0, untyped(null)),
  ],
  [
    'addScalar: options is an object, like {}, or left out; received 1700000000.',
    (w) => w.addScalar('a', 1, 0, untyped(1.7e9)),
  ],
  ['addScalars: options is an object, like', (w) => w.addScalars('a', { b: 1 }, 0, untyped(null))],
  ['addHistogram: options is an object, like', (w) => w.addHistogram('a', [1], 0, untyped(null))],
  [
    'addImage: options is an object, like',
    (w) => w.addImage('a', { data: new Float32Array(1), shape: [1, 1] }, 0, untyped(null)),
  ],
  ['addText: options is an object, like', (w) => w.addText('a', 'b', 0, untyped(null))],
  ['addHparams: options is an object, like', (w) => w.addHparams({}, {}, untyped(null))],
  ['addHparams: step must be a whole number', (w) => w.addHparams({}, {}, { step: untyped(null) })],
])('says %s and writes nothing', async (message, call) => {
  const writer = new SummaryWriter(folder);
  expect(() => call(writer)).toThrow(message);
  await writer.close();
  expect(Object.values(readEventFiles(folder)).map(({ events }) => events.length)).toEqual([1]);
});

it.each<[string, string, object | null | undefined]>([
  ['SummaryWriter: logDir must be a text that is not empty', '', undefined],
  [
    'SummaryWriter: purgeStep must be a whole number from 0 to 2^53 - 1; received -1.',
    'run',
    { purgeStep: -1 },
  ],
  [
    'SummaryWriter: flushSeconds must be a number from 0 to 86400; received NaN.',
    'run',
    { flushSeconds: Number.NaN },
  ],
  [
    "SummaryWriter: flushSeconds must be a number from 0 to 86400; received '2'.",
    'run',
    { flushSeconds: '2' },
  ],
  [
    'SummaryWriter: filenameSuffix must be a text without slashes, like ".train"; received \'a/b\'.',
    'run',
    { filenameSuffix: 'a/b' },
  ],
  ['SummaryWriter: onError must be a function; received null.', 'run', { onError: null }],
  ['SummaryWriter: options is an object, like {}, or left out; received null.', 'run', null],
])('says %s and makes no folder', (message, run, options) => {
  expect(() => new SummaryWriter(run && join(folder, run), untyped(options))).toThrow(message);
  expect(readEventFiles(folder)).toEqual({});
});
