import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeBackends } from '@trainkit/testing';
import { shownPoints } from '@trainkit/testing/tensorboard';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { drawKills, KILL_SEED, runExample } from './testing/run-example.js';

/** The calls before which a kill is drawn; a run's last checkpoints come after more calls. */
const LIMITS = [
  { at: 'writeSync', count: 300 },
  { at: 'renameSync', count: 20 },
  { at: 'fsyncSync', count: 25 },
];

/** The smallest accepted accuracy. The smallest of seeds 0 to 11 is 0.99, on both backends. */
const LEAST_ACCURACY = 0.95;

describeBackends(
  `two spirals (TRAINKIT_KILL_SEED=${KILL_SEED})`,
  (backend) => {
    let root = '';
    let printed = '';
    const whole = () => join(root, 'whole/runs/two-spirals/0');
    const killed = () => join(root, 'killed/runs/two-spirals/0');

    beforeAll(async () => {
      root = mkdtempSync(join(tmpdir(), 'two-spirals-'));
      const uninterrupted = runExample('two-spirals', { folder: join(root, 'whole'), backend });
      const folder = join(root, 'killed');
      for (const kill of drawKills(LIMITS)) {
        const { end, stderr } = await runExample('two-spirals', { folder, backend, kill });
        expect(end, `killed at ${JSON.stringify(kill)}\n${stderr}`).toBe('SIGKILL');
      }
      const resumed = await runExample('two-spirals', { folder, backend });
      const { end, stdout, stderr } = await uninterrupted;
      expect([end, resumed.end], stderr + resumed.stderr).toEqual([0, 0]);
      expect(resumed.stdout).toBe(stdout);
      const again = await runExample('two-spirals', { folder, backend });
      expect(again.stdout, 'a finished run').toBe(stdout);
      printed = stdout;
    });
    afterAll(() => rmSync(root, { recursive: true }));

    it('separates the test points, and prints accuracy and confusion matrix', () => {
      const [, steps, accuracy, ...counts] = (
        /^(\d+) steps on \w+, accuracy ([\d.]+), confusion matrix: \[ \[ (\d+), (\d+) \], \[ (\d+), (\d+) \] \]\n$/.exec(
          printed,
        ) ?? []
      ).map(Number);
      const [right0 = 0, wrong0 = 0, wrong1 = 0, right1 = 0] = counts;
      expect(printed).toContain(`on ${backend},`);
      expect(steps).toBeLessThanOrEqual(1000);
      expect(accuracy).toBeGreaterThan(LEAST_ACCURACY);
      expect(right0 + wrong0 + wrong1 + right1).toBe(200);
      expect((right0 + right1) / 200).toBe(accuracy);
    });

    it.each(['model.safetensors', 'best.safetensors', 'metrics.jsonl', 'result.json', 'config.json'])(
      'leaves the bytes of an uninterrupted run in %s after kills',
      (file) => {
        expect(readFileSync(join(killed(), file)).equals(readFileSync(join(whole(), file)))).toBe(true);
      },
    );

    it('logs every step once in metrics.jsonl', () => {
      const steps = readFileSync(join(killed(), 'metrics.jsonl'), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
        .filter((line) => 'train/loss' in line)
        .map(({ step }) => step);
      expect(steps).toEqual(Array.from({ length: Number.parseInt(printed, 10) }, (_, i) => i + 1));
    });

    it.each(['train/loss', 'validation/loss', 'validation/accuracy'])(
      'shows every point of %s once in TensorBoard',
      (tag) => {
        const points = shownPoints(killed(), tag);
        expect(points).toEqual(shownPoints(whole(), tag));
        const every = tag === 'train/loss' ? 1 : 50;
        const expected = Array.from(
          { length: Number.parseInt(printed, 10) / every },
          (_, i) => (i + 1) * every,
        );
        expect(points.map(([step]) => step)).toEqual(expected);
      },
    );
  },
  { backends: ['wasm', 'native'] },
);
