import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeTensorBoard, type Runs, readEventFiles } from '@trainkit/testing/tensorboard';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RECORD_OVERHEAD } from './record.js';
import { SummaryWriter } from './summary-writer.js';

// A file that is cut off at each of its bytes, alone and with the file of the resumed run.

/**
 * The points logged before the file was torn: the step itself at steps 0 to 4. The run resumes at
 * step 3, with 103, 104, 105.
 */
const STEPS = 5;
const PURGE_STEP = 3;
const RESUMED = [3, 4, 5].map((step): Point => [step, 100 + step]);

type Point = readonly [step: number, value?: number | string];

let folder = '';
/** The expected points of each run. */
const expected: Record<string, readonly Point[]> = {};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'trainkit-torn-'));
  const whole = join(folder, 'whole');
  await using writer = new SummaryWriter(whole);
  for (let step = 0; step < STEPS; step++) writer.addScalar('loss', step, step);
  await writer.close();
  const [name = ''] = readdirSync(whole);
  const bytes = readFileSync(join(whole, name));
  rmSync(whole, { recursive: true });
  const ends = recordEnds(bytes);
  for (let length = 0; length <= bytes.length; length++) {
    const scalars = ends.filter((end) => end <= length).length - 1;
    const points = Array.from({ length: Math.max(scalars, 0) }, (_, step): Point => [step, step]);
    const [torn, resumed] = [`torn/${length}`, `resumed/${length}`];
    for (const run of [torn, resumed]) {
      await mkdir(join(folder, run), { recursive: true });
      writeFileSync(join(folder, run, name), bytes.subarray(0, length));
    }
    await using next = new SummaryWriter(join(folder, resumed), { purgeStep: PURGE_STEP });
    for (const [step, value] of RESUMED) next.addScalar('loss', Number(value), step);
    expected[torn] = points;
    expected[resumed] = [...points.filter(([step]) => step < PURGE_STEP), ...RESUMED];
  }
  expect(ends).toHaveLength(1 + STEPS);
  expect(Object.keys(expected).length).toBeGreaterThan(2 * 200);
});
afterAll(() => rmSync(folder, { recursive: true }));

it('keeps every whole record, and says where it is torn', () => {
  const files = Object.entries(readEventFiles(join(folder, 'torn')));
  expect(files).toHaveLength(Object.keys(expected).length / 2);
  for (const [path, { events, error }] of files) {
    const run = `torn/${path.split('/')[0]}`;
    const points = events.flatMap(({ step, values = [] }) => values.map(({ value }) => [step, value]));
    expect(points, run).toEqual(expected[run]);
    const bytes = readFileSync(join(folder, 'torn', path));
    const end = recordEnds(bytes).at(-1) ?? 0;
    expect(error, run).toBe(end === bytes.length ? null : `truncated record at ${end}`);
  }
});

describeTensorBoard(
  'TensorBoard shows a torn run up to there, and the one that goes on after it',
  (tensorboard) => {
    it('in its Python readers', () => {
      const { files, loaded } = tensorboard.read(folder);
      expect(losses(loaded.plugins)).toEqual(expected);
      expect(losses(loaded.kinds)).toEqual(expected);
      for (const [path, { error }] of Object.entries(files)) {
        const bytes = readFileSync(join(folder, path));
        expect(error === null, path).toBe((recordEnds(bytes).at(-1) ?? 0) === bytes.length);
      }
    });

    describe.each(['fast', 'python'] as const)('from its server', (loader) => {
      it(`with its ${loader} loader`, async () => {
        const server = await tensorboard.serve(folder, loader);
        try {
          const shown: Record<string, unknown> = {};
          const last = Object.keys(expected).filter((run) => expected[run]?.length);
          for (const run of [...last, ...Object.keys(expected)]) {
            const path = `data/plugin/scalars/scalars?${new URLSearchParams({ run, tag: 'loss' })}`;
            const wanted = expected[run]?.at(-1)?.[0];
            const isThere = (answer: unknown) => Array.isArray(answer) && answer.at(-1)?.[1] === wanted;
            const answer =
              wanted === undefined ? await server.ask(path) : await server.askUntil(path, isThere);
            shown[run] = Array.isArray(answer) ? answer.map(([, step, value]) => [step, value]) : [];
          }
          expect(shown).toEqual(expected);
        } finally {
          await server.stop();
        }
      });
    });
  },
);

/** The points of each run under the only tag, including runs without points. */
function losses(runs: Runs) {
  return Object.fromEntries(Object.keys(expected).map((run) => [run, runs[run]?.['loss'] ?? []]));
}

function recordEnds(bytes: Buffer): number[] {
  const ends = [];
  for (let end = 0; end + RECORD_OVERHEAD <= bytes.length; ends.push(end)) {
    const next = end + RECORD_OVERHEAD + bytes.readUInt32LE(end);
    if (next > bytes.length) break;
    end = next;
  }
  return ends;
}
