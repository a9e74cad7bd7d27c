import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { expectNoLeak } from '@trainkit/testing';
import { type ReadEvent, readEventFiles } from '@trainkit/testing/tensorboard';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SummaryWriter } from './summary-writer.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trainkit-run-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The events of all files without the first of each, which states the version. */
function events(): ReadEvent[] {
  return Object.values(readEventFiles(folder)).flatMap((file) => {
    expect(file.error).toBe(null);
    const [first, ...rest] = file.events;
    expect(first).toMatchObject({ what: 'file_version', fileVersion: 'brain.Event:2', step: 0 });
    return rest;
  });
}

const values = () => events().flatMap(({ step, values = [] }) => values.map((value) => ({ step, ...value })));

describe('a SummaryWriter', () => {
  it('keeps every scalar that it is given, in its order', async () => {
    const scalar = fc.record({
      tag: fc.string({ minLength: 1, unit: 'grapheme' }),
      value: fc.oneof(fc.float(), fc.double()),
      step: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
      wallTime: fc.double({ min: 0, max: 1e10, noNaN: true }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(scalar, { maxLength: 30 }), async (scalars) => {
        rmSync(folder, { recursive: true });
        const writer = new SummaryWriter(folder);
        for (const { tag, value, step, wallTime } of scalars)
          writer.addScalar(tag, value, step, { wallTime });
        await writer.close();
        const expected = scalars.map(({ tag, value, step, wallTime }) => {
          const kept = Math.fround(value);
          const shown = Number.isFinite(kept) ? kept : String(kept);
          return { step, wallTime, what: 'summary', values: [{ tag, kind: 'simple_value', value: shown }] };
        });
        expect(events()).toEqual(expected);
      }),
    );
  });

  it('adds the time to each event', async () => {
    const before = Date.now() / 1000;
    const writer = new SummaryWriter(folder);
    writer.addScalar('loss', 1, 0);
    await writer.close();
    const [{ wallTime = 0 } = {}] = events();
    expect(wallTime).toBeGreaterThanOrEqual(before);
    expect(wallTime).toBeLessThanOrEqual(Date.now() / 1000);
  });

  it('puts numbers that belong together into runs of their own', async () => {
    const writer = new SummaryWriter(folder);
    writer.addScalars('a/loss', { train: 1, 'x:y': 2 }, 3);
    writer.addScalars('a/loss', { train: 4 }, 5);
    await writer.close();
    expect(
      readdirSync(folder)
        .filter((name) => !name.includes('tfevents'))
        .sort(),
    ).toEqual(['a_loss_train', 'a_loss_x%3Ay']);
    expect(values()).toEqual([
      { step: 3, tag: 'a/loss', kind: 'simple_value', value: 1 },
      { step: 5, tag: 'a/loss', kind: 'simple_value', value: 4 },
      { step: 3, tag: 'a/loss', kind: 'simple_value', value: 2 },
    ]);
  });

  it('keeps tags apart that a folder’s name cannot tell apart', async () => {
    const tags = ['x/y', 'x:y', 'x\\y', 'x_y', 'x%2Fy', 'x*y', 'x\ny', '../x', '..'];
    const writer = new SummaryWriter(folder);
    for (let step = 0; step < 3; step++)
      writer.addScalars('a/loss', Object.fromEntries(tags.map((tag, i) => [tag, i])), step);
    await writer.close();
    const runs = readdirSync(folder).filter((name) => !name.includes('tfevents'));
    expect(runs.sort()).toEqual(
      [
        ...['a_loss_x%2Fy', 'a_loss_x%3Ay', 'a_loss_x%5Cy', 'a_loss_x_y', 'a_loss_x%252Fy'],
        ...['a_loss_x%2Ay', 'a_loss_x%0Ay', 'a_loss_..%2Fx', 'a_loss_..'],
      ].sort(),
    );
    for (const { events: ofRun } of Object.values(readEventFiles(folder))) {
      const numbers = ofRun.flatMap(({ values = [] }) => values.map(({ value }) => value));
      expect(new Set(numbers).size).toBeLessThanOrEqual(1);
    }
    expect(values()).toHaveLength(3 * tags.length);
  });

  it('accepts tags that are longer than a folder’s name may be', async () => {
    const writer = new SummaryWriter(folder);
    const long = 't'.repeat(300);
    writer.addScalars('loss', { [`${long}1`]: 1, [`${long}2`]: 2 }, 0);
    await writer.close();
    expect(values().map(({ value }) => value)).toEqual(expect.arrayContaining([1, 2]));
    expect(Object.keys(readEventFiles(folder))).toHaveLength(3);
  });

  it('stays in its folder when the process goes to another one', async () => {
    const before = process.cwd();
    try {
      process.chdir(folder);
      const writer = new SummaryWriter('run');
      expect(writer.logDir).toBe(join(process.cwd(), 'run'));
      mkdirSync('elsewhere');
      process.chdir('elsewhere');
      writer.addScalar('loss', 1, 0);
      writer.addScalars('pair', { a: 1 }, 0);
      await writer.close();
      expect(readdirSync('.')).toEqual([]);
    } finally {
      process.chdir(before);
    }
    expect(readdirSync(folder).sort()).toEqual(['elsewhere', 'run']);
    expect(readdirSync(join(folder, 'run')).filter((name) => !name.includes('tfevents'))).toEqual(['pair_a']);
  });

  it('logs tensors, which stay the caller’s', async () => {
    const writer = new SummaryWriter(folder);
    const [weights, picture, bytes] = [
      tf.tensor2d([
        [-1, 0],
        [0.25, 2],
      ]),
      tf.tensor2d([[0, 0.5, 1.5]]),
      tf.tensor3d([[[0, 128, 255]]], undefined, 'int32'),
    ];
    await expectNoLeak(() => {
      writer.addHistogram('weights', weights, 1, { bins: [-1, 0, 1, 2] });
      writer.addImage('gray', picture, 1);
      writer.addImage('color', bytes, 1);
    });
    await writer.close();
    expect(values()).toMatchObject([
      { tag: 'weights', kind: 'histo', value: { num: 4, bucket: [0, 1, 2, 1], bucketLimit: [-1, 0, 1, 2] } },
      { tag: 'gray', kind: 'image', value: { mode: 'L', size: [3, 1], pixels: [0, 127, 255] } },
      { tag: 'color', kind: 'image', value: { mode: 'RGB', size: [1, 1], pixels: [0, 128, 255] } },
    ]);
    expect(weights.isDisposed || picture.isDisposed || bytes.isDisposed).toBe(false);
    tf.dispose([weights, picture, bytes]);
  });

  it('logs texts and hyperparameters; the metrics at the last step, or the one that is named', async () => {
    const writer = new SummaryWriter(folder);
    writer.addText('note', '**fett** 📝', 7);
    writer.addScalar('loss', 1, 4);
    writer.addHparams({ lr: 0, name: '', nesterov: false }, { accuracy: 0.5 });
    writer.addHparams({ lr: 1 }, { accuracy: 0.75 }, { step: 9, wallTime: 5 });
    await writer.close();
    const row = { step: 0, kind: 'tensor', plugin: 'hparams' };
    const columns = { hparams: { lr: 3, name: 1, nesterov: 2 }, metrics: ['accuracy'] };
    expect(values()).toEqual([
      { step: 7, tag: 'note', kind: 'tensor', plugin: 'text', value: ['**fett** 📝'] },
      { step: 4, tag: 'loss', kind: 'simple_value', value: 1 },
      { ...row, tag: '_hparams_/experiment', value: columns },
      {
        ...row,
        tag: '_hparams_/session_start_info',
        value: { hparams: { lr: 0, name: '', nesterov: false } },
      },
      { ...row, tag: '_hparams_/session_end_info', value: { status: 1 } },
      { step: 7, tag: 'accuracy', kind: 'simple_value', value: 0.5 },
      { ...row, tag: '_hparams_/experiment', value: { hparams: { lr: 3 }, metrics: ['accuracy'] } },
      { ...row, tag: '_hparams_/session_start_info', value: { hparams: { lr: 1 } } },
      { ...row, tag: '_hparams_/session_end_info', value: { status: 1 } },
      { step: 9, tag: 'accuracy', kind: 'simple_value', value: 0.75 },
    ]);
    expect(events().at(-1)).toMatchObject({ wallTime: 5, step: 9 });
  });

  it('resumes a run in a new file with its first step, and does not change the torn one', async () => {
    const first = new SummaryWriter(folder);
    first.addScalar('loss', 1, 0);
    await first.close();
    const torn = join(folder, readdirSync(folder)[0] ?? '');
    const before = readFileSync(torn).subarray(0, -3);
    writeFileSync(torn, before);
    const second = new SummaryWriter(folder, { purgeStep: 10, filenameSuffix: '.again' });
    second.addScalars('pair', { a: 1 }, 10);
    second.addScalar('loss', 2, 10);
    await second.close();
    expect(readFileSync(torn).equals(before)).toBe(true);
    const [old, resumed, pair] = Object.entries(readEventFiles(folder));
    expect(old?.[1]).toMatchObject({ error: 'truncated record at 40', events: [{ what: 'file_version' }] });
    expect(resumed?.[0]).toMatch(/\.again$/);
    for (const file of [resumed, pair])
      expect(file?.[1]).toMatchObject({
        error: null,
        events: [
          { what: 'file_version' },
          { what: 'session_log', status: 1, step: 10 },
          { what: 'session_log', status: 1, step: 10 },
          { what: 'summary', step: 10 },
        ],
      });
  });

  it('is on the disk after flush, and closed once by await using', async () => {
    let kept: SummaryWriter;
    {
      await using writer = new SummaryWriter(join(folder, 'a/b'), { flushSeconds: 3600 });
      kept = writer;
      writer.addScalar('loss', 1, 0);
      expect(Object.values(readEventFiles(folder))).toEqual([{ events: [], error: null }]);
      await writer.flush();
      expect(events()).toHaveLength(1);
      writer.addScalar('loss', 2, 1);
    }
    expect(events()).toHaveLength(2);
    expect(kept.close()).toBe(kept.close());
    const message = `the writer of ${join(folder, 'a/b')} is closed. Make a new SummaryWriter for the folder.`;
    expect(() => kept.addScalar('loss', 3, 2)).toThrow(new Error(`addScalar: ${message}`));
    expect(() => kept.flush()).toThrow(new Error(`flush: ${message}`));
    expect(events()).toHaveLength(2);
  });

  it('fails at once if the folder cannot be created', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(() => new SummaryWriter(join(folder, 'file', 'run'))).toThrow('a file has its name');
  });
});
