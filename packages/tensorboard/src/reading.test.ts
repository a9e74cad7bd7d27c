import { readdirSync, statSync, truncateSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import {
  describeTensorBoard,
  type ReadFiles,
  type ReadFolder,
  readEventFiles,
  type TensorBoard,
} from '@trainkit/testing/tensorboard';
import { beforeEach, describe, expect, it } from 'vitest';
import { SummaryWriter } from './summary-writer.js';

/** The scalars of a tag in all files, from the strict reader. */
function written({ files }: ReadFolder, tag: string): [number, unknown][] {
  return Object.values(files).flatMap(({ events }) =>
    events.flatMap(({ step, values = [] }) =>
      values.filter((value) => value.tag === tag).map(({ value }): [number, unknown] => [step, value]),
    ),
  );
}

const halves = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i): [number, number] => [from + i, (from + i) / 2]);

function logHalves(writer: SummaryWriter, from: number, to: number): void {
  for (const [step, value] of halves(from, to)) writer.addScalar('loss', value, step);
}

/** The points that both of TensorBoard's Python loaders show for the run in the folder itself. */
function shown({ loaded }: ReadFolder, tag: string) {
  expect(loaded.plugins['.']?.[tag]).toEqual(loaded.kinds['.']?.[tag]);
  return loaded.plugins['.']?.[tag];
}

/** The readers have their own messages for damaged files. */
function whole(files: ReadFiles) {
  return Object.fromEntries(
    Object.entries(files).map(([path, { events, error }]) => [path, { events, whole: error === null }]),
  );
}

function sound({ files }: ReadFolder): void {
  for (const { events, error } of Object.values(files)) {
    expect(error).toBe(null);
    expect(events[0]).toMatchObject({ what: 'file_version', fileVersion: 'brain.Event:2', step: 0 });
  }
}

describeTensorBoard('TensorBoard reads', (tensorboard: TensorBoard) => {
  let folder = '';
  beforeEach(() => {
    folder = tensorboard.folder();
  });

  /**
   * The folder as TensorBoard reads it. The tests without Python have a reader of their own, which
   * is compared with it.
   */
  const read = () => {
    const found = tensorboard.read(folder);
    expect(whole(readEventFiles(folder))).toEqual(whole(found.files));
    return found;
  };

  it('every scalar', async () => {
    const values: [number, number][] = [
      [0, 0.5],
      [1, -0],
      [2, 0.1],
      [3, Number.NaN],
      [4, Number.POSITIVE_INFINITY],
      [5, Number.NEGATIVE_INFINITY],
      [6, 1e300],
      [7, 1e-45],
      [2 ** 31, 3.4028234663852886e38],
      [Number.MAX_SAFE_INTEGER, 1],
    ];
    const writer = new SummaryWriter(folder);
    for (const [step, value] of values)
      writer.addScalar('ein Täg/📉', value, step, { wallTime: 1.7e9 + step / 2 ** 40 });
    await writer.close();
    const found = read();
    sound(found);
    const expected = values.map(([step, value]) => {
      const kept = Math.fround(value);
      return [step, Number.isFinite(kept) ? kept : String(kept)];
    });
    expect(written(found, 'ein Täg/📉')).toEqual(expected);
    expect(shown(found, 'ein Täg/📉')).toEqual(expected);
    const times = Object.values(found.files)[0]
      ?.events.slice(1)
      .map(({ wallTime }) => wallTime);
    expect(times).toEqual(values.map(([step]) => 1.7e9 + step / 2 ** 40));
    const [name = ''] = Object.keys(found.files);
    expect(name).toMatch(/^events\.out\.tfevents\.\d{10}\./);
    expect(name.endsWith(`.${hostname().replace(/[^\w.-]/g, '_')}.${process.pid}.0`)).toBe(true);
  });

  it('very many scalars', async () => {
    const writer = new SummaryWriter(folder);
    logHalves(writer, 0, 30_000);
    await writer.close();
    const found = read();
    sound(found);
    expect(written(found, 'loss')).toEqual(halves(0, 30_000));
    expect(shown(found, 'loss')).toEqual(halves(0, 30_000));
  });

  it('scalars that belong together, as runs of one tag', async () => {
    const writer = new SummaryWriter(folder);
    for (let step = 0; step < 3; step++) writer.addScalars('a/loss', { train: step, 'x:y': 2 * step }, step);
    await writer.close();
    const found = read();
    sound(found);
    expect(found.loaded.plugins).toEqual({
      a_loss_train: {
        'a/loss': [
          [0, 0],
          [1, 1],
          [2, 2],
        ],
      },
      'a_loss_x%3Ay': {
        'a/loss': [
          [0, 0],
          [1, 2],
          [2, 4],
        ],
      },
      '.': {},
    });
  });

  it('histograms, images, texts and hyperparameters', async () => {
    const writer = new SummaryWriter(folder);
    writer.addHistogram('weights', [-1, 0, 0.25, 0.5, 2], 3, { bins: [-1, 0, 0.5, 2] });
    writer.addImage('picture', { data: Uint8Array.of(0, 127, 255, 1, 2, 3), shape: [1, 2, 3] }, 4);
    writer.addText('note', '# Grüße\n\n**fett** 📝', 5);
    writer.addHparams({ lr: 0.1, name: 'adam', nesterov: true }, { 'test/accuracy': 0.875 });
    await writer.close();
    const found = read();
    sound(found);
    const values = Object.values(found.files)[0]
      ?.events.slice(1)
      .map(({ step, values }) => [step, ...(values ?? [])]);
    const column = { number: 3, string: 1, boolean: 2 };
    expect(values).toEqual([
      [
        3,
        {
          tag: 'weights',
          kind: 'histo',
          value: {
            min: -1,
            max: 2,
            num: 5,
            sum: 1.75,
            sumSquares: 5.3125,
            bucketLimit: [-1, 0, 0.5, 2],
            bucket: [0, 1, 2, 2],
          },
        },
      ],
      [
        4,
        {
          tag: 'picture',
          kind: 'image',
          value: {
            width: 2,
            height: 1,
            colorspace: 3,
            mode: 'RGB',
            size: [2, 1],
            pixels: [0, 127, 255, 1, 2, 3],
          },
        },
      ],
      [5, { tag: 'note', kind: 'tensor', plugin: 'text', value: ['# Grüße\n\n**fett** 📝'] }],
      [
        0,
        {
          tag: '_hparams_/experiment',
          kind: 'tensor',
          plugin: 'hparams',
          value: {
            hparams: { lr: column.number, name: column.string, nesterov: column.boolean },
            metrics: ['test/accuracy'],
          },
        },
        {
          tag: '_hparams_/session_start_info',
          kind: 'tensor',
          plugin: 'hparams',
          value: { hparams: { lr: 0.1, name: 'adam', nesterov: true } },
        },
        { tag: '_hparams_/session_end_info', kind: 'tensor', plugin: 'hparams', value: { status: 1 } },
      ],
      [5, { tag: 'test/accuracy', kind: 'simple_value', value: 0.875 }],
    ]);
    for (const [tag, step] of [
      ['weights', 3],
      ['picture', 4],
      ['note', 5],
    ] as const)
      expect(shown(found, tag)).toEqual([[step]]);
  });

  it('images of every number of channels, pixel by pixel', async () => {
    const writer = new SummaryWriter(folder);
    const modes = ['L', 'LA', 'RGB', 'RGBA'];
    const pixels = (channels: number) => Array.from({ length: 5 * 3 * channels }, (_, i) => (i * 37) % 256);
    for (const [i, mode] of modes.entries())
      writer.addImage(mode, { data: Int32Array.from(pixels(i + 1)), shape: [5, 3, i + 1] }, 0);
    await writer.close();
    const found = read();
    const images = Object.values(found.files)[0]?.events.flatMap(({ values }) => values ?? []);
    expect(images?.map(({ value }) => value)).toEqual(
      modes.map((mode, i) => ({
        width: 3,
        height: 5,
        colorspace: i + 1,
        mode,
        size: [3, 5],
        pixels: pixels(i + 1),
      })),
    );
  });

  describe('a run', () => {
    it('whose last record is torn, up to there', async () => {
      const writer = new SummaryWriter(folder);
      logHalves(writer, 0, 100);
      await writer.close();
      const file = join(folder, readdirSync(folder)[0] ?? '');
      truncateSync(file, statSync(file).size - 3);
      const found = read();
      expect(Object.values(found.files)[0]?.error).toContain('truncated record');
      expect(shown(found, 'loss')).toEqual(halves(0, 99));
    });

    it('that is resumed after a torn record: the new file counts from purgeStep on', async () => {
      const first = new SummaryWriter(folder);
      logHalves(first, 0, 100);
      first.addScalar('only before', 7, 20);
      first.addScalar('only before', 8, 80);
      await first.close();
      const file = join(folder, readdirSync(folder)[0] ?? '');
      truncateSync(file, statSync(file).size - 3);
      const resumed = new SummaryWriter(folder, { purgeStep: 60 });
      for (let step = 60; step < 90; step++) resumed.addScalar('loss', -step, step);
      await resumed.close();
      const found = read();
      const [, second] = Object.values(found.files);
      expect(second?.error).toBe(null);
      expect(second?.events.slice(0, 3)).toMatchObject([
        { what: 'file_version' },
        { what: 'session_log', status: 1, step: 60 },
        { what: 'session_log', status: 1, step: 60 },
      ]);
      const rest = Array.from({ length: 30 }, (_, i) => [60 + i, -60 - i]);
      expect(shown(found, 'loss')).toEqual([...halves(0, 60), ...rest]);
      expect(shown(found, 'only before')).toEqual([[20, 7]]);
      // Records on the disk stay there.
      expect(written(found, 'loss')).toEqual([...halves(0, 100), ...rest]);
    });

    it('that is resumed several times within one second', async () => {
      for (const purgeStep of [undefined, 10, 5, 12]) {
        const writer = new SummaryWriter(folder, purgeStep === undefined ? {} : { purgeStep });
        logHalves(writer, purgeStep ?? 0, 20);
        writer.addScalars('pair', { a: purgeStep ?? 0 }, purgeStep ?? 0);
        await writer.close();
      }
      const found = read();
      sound(found);
      expect(shown(found, 'loss')).toEqual(halves(0, 20));
      expect(found.loaded.plugins['pair_a']?.['pair']).toEqual([
        [0, 0],
        [5, 5],
        [12, 12],
      ]);
    });

    it('of two writers at once', async () => {
      const writers = ['a', 'b'].map((tag) => ({ tag, writer: new SummaryWriter(folder) }));
      for (let step = 0; step < 5000; step++)
        for (const { tag, writer } of writers) writer.addScalar(tag, step, step);
      await Promise.all(writers.map(({ writer }) => writer.close()));
      const found = read();
      sound(found);
      expect(Object.keys(found.files)).toHaveLength(2);
      const steps = Array.from({ length: 5000 }, (_, step) => [step, step]);
      expect(shown(found, 'a')).toEqual(steps);
      expect(shown(found, 'b')).toEqual(steps);
    });
  });
});
