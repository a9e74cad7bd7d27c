import { readdirSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import {
  describeTensorBoard,
  type Loader,
  type TensorBoard,
  type TensorBoardServer,
} from '@trainkit/testing/tensorboard';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SummaryWriter } from './summary-writer.js';

// The requests of TensorBoard's page. They are answered by its fast loader, if it has one, which
// has other rules than the Python one: a step that is not higher than the last drops the points
// after it.
describeTensorBoard('TensorBoard serves', (tensorboard) => {
  describe.each(['fast', 'python'] as const)('with its %s loader', (loader) => served(tensorboard, loader));
});

function served(tensorboard: TensorBoard, loader: Loader): void {
  let server: TensorBoardServer;

  beforeAll(async () => {
    const logs = tensorboard.folder();
    await logEverything(join(logs, 'everything'));
    await logTwice(join(logs, 'resumed'));
    await logTogether(join(logs, 'together'));
    await logTorn(join(logs, 'torn'));
    server = await tensorboard.serve(logs, loader);
    // It serves while it still loads, so wait for the run that it reads last.
    const runs = ['everything', 'everything/pair_a', 'everything/pair_b', 'resumed', 'together', 'torn'];
    await server.askUntil('data/runs', (answer) => JSON.stringify(answer) === JSON.stringify(runs));
    for (const [run, last] of [
      ['everything', 9],
      ['resumed', 99],
      ['torn', 98],
    ] as const)
      await server.askUntil(points(run, 'loss'), (answer) => lastStep(answer) === last);
    await server.askUntil(points('together', 'b'), (answer) => lastStep(answer) === 499);
  });
  afterAll(() => server?.stop());

  const points = (run: string, tag: string, plugin = 'scalars/scalars') =>
    `data/plugin/${plugin}?${new URLSearchParams({ run, tag })}`;

  /** The points without their times. */
  const scalars = async (run: string, tag: string) => {
    const answer = await server.ask(points(run, tag));
    return Array.isArray(answer) ? answer.map(([, step, value]) => [step, value]) : answer;
  };

  it('scalars', async () => {
    expect(await scalars('everything', 'loss')).toEqual(
      Array.from({ length: 10 }, (_, step) => [step, step / 2]),
    );
    expect(await scalars('everything/pair_a', 'pair')).toEqual([[1, 5]]);
    expect(await scalars('everything/pair_b', 'pair')).toEqual([[1, 6]]);
  });

  it('histograms', async () => {
    const answer = await server.ask(points('everything', 'weights', 'histograms/histograms'));
    const [[, step, buckets] = []] = answer as [time: number, step: number, buckets: number[][]][];
    expect(step).toBe(2);
    // The fast loader also returns the empty bucket before the first edge.
    expect(buckets?.filter(([, , count]) => count !== 0)).toEqual([
      [-1, 0, 1],
      [0, 0.5, 2],
      [0.5, 2, 2],
    ]);
  });

  it('images', async () => {
    const answer = await server.ask(points('everything', 'picture', 'images/images'));
    expect(answer).toMatchObject([{ step: 3 }]);
    const [{ query = '' } = {}] = answer as { query?: string }[];
    const png = Buffer.from(await server.bytes(`data/plugin/images/individualImage?${query}`));
    const data = png.subarray(png.indexOf('IDAT') + 4);
    expect([...inflateSync(data)]).toEqual([0, 10, 20, 30, 40, 50, 60]);
  });

  it('texts', async () => {
    const answer = await server.ask(points('everything', 'note', 'text/text'));
    expect(answer).toMatchObject([{ step: 4, text: '<p><strong>fett</strong> 📝</p>' }]);
  });

  it('hyperparameters with the metrics that came of them', async () => {
    const experiment = await server.ask('data/plugin/hparams/experiment', {});
    expect(experiment).toMatchObject({
      hparamInfos: [
        { name: 'lr', type: 'DATA_TYPE_FLOAT64' },
        { name: 'name', type: 'DATA_TYPE_STRING' },
        { name: 'nesterov', type: 'DATA_TYPE_BOOL' },
      ],
      metricInfos: [{ name: { tag: 'test/accuracy' } }],
    });
    const request = {
      startIndex: 0,
      sliceSize: 10,
      allowedStatuses: ['STATUS_UNKNOWN', 'STATUS_SUCCESS', 'STATUS_FAILURE', 'STATUS_RUNNING'],
      colParams: [{ metric: { tag: 'test/accuracy', group: '' }, order: 'ORDER_UNSPECIFIED' }],
    };
    expect(await server.ask('data/plugin/hparams/session_groups', request)).toMatchObject({
      totalSize: 1,
      sessionGroups: [
        {
          hparams: { lr: 0.1, name: 'adam', nesterov: true },
          metricValues: [{ name: { tag: 'test/accuracy' }, value: 0.875, trainingStep: 9 }],
          sessions: [{ name: 'everything', status: 'STATUS_SUCCESS' }],
        },
      ],
    });
  });

  it('a resumed run without the points after the torn one', async () => {
    const rest = Array.from({ length: 40 }, (_, i) => [60 + i, -1]);
    const before = Array.from({ length: 60 }, (_, step) => [step, 1]);
    expect(await scalars('resumed', 'loss')).toEqual([...before, ...rest]);
  });

  it('two writers of one run, whose tags differ', async () => {
    const steps = Array.from({ length: 500 }, (_, step) => [step, step]);
    expect(await scalars('together', 'a')).toEqual(steps);
    expect(await scalars('together', 'b')).toEqual(steps);
  });

  it('a torn run up to there', async () => {
    expect(await scalars('torn', 'loss')).toEqual(Array.from({ length: 99 }, (_, step) => [step, 1]));
  });
}

function lastStep(answer: unknown): unknown {
  const last: unknown = Array.isArray(answer) ? answer.at(-1) : undefined;
  return Array.isArray(last) ? last[1] : undefined;
}

async function logEverything(folder: string): Promise<void> {
  const writer = new SummaryWriter(folder);
  writer.addScalars('pair', { a: 5, b: 6 }, 1);
  writer.addHistogram('weights', [-1, 0, 0.25, 0.5, 2], 2, { bins: [-1, 0, 0.5, 2] });
  writer.addImage('picture', { data: Uint8Array.of(10, 20, 30, 40, 50, 60), shape: [1, 2, 3] }, 3);
  writer.addText('note', '**fett** 📝', 4);
  for (let step = 0; step < 10; step++) writer.addScalar('loss', step / 2, step);
  writer.addHparams({ lr: 0.1, name: 'adam', nesterov: true }, { 'test/accuracy': 0.875 });
  await writer.close();
}

async function logTwice(folder: string): Promise<void> {
  await logTorn(folder);
  const writer = new SummaryWriter(folder, { purgeStep: 60 });
  for (let step = 60; step < 100; step++) writer.addScalar('loss', -1, step);
  await writer.close();
}

async function logTogether(folder: string): Promise<void> {
  const writers = ['a', 'b'].map((tag) => ({ tag, writer: new SummaryWriter(folder) }));
  for (let step = 0; step < 500; step++)
    for (const { tag, writer } of writers) writer.addScalar(tag, step, step);
  await Promise.all(writers.map(({ writer }) => writer.close()));
}

async function logTorn(folder: string): Promise<void> {
  const writer = new SummaryWriter(folder);
  for (let step = 0; step < 100; step++) writer.addScalar('loss', 1, step);
  await writer.close();
  const file = join(folder, readdirSync(folder)[0] ?? '');
  truncateSync(file, statSync(file).size - 3);
}
