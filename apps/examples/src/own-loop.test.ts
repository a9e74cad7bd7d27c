import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeBackends } from '@trainkit/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { drawKills, KILL_SEED, runExample } from './testing/run-example.js';

/** The calls before which a kill is drawn; the last checkpoints come after more calls. */
const LIMITS = [
  { at: 'renameSync', count: 20 },
  { at: 'fsyncSync', count: 25 },
];

describeBackends(
  `a loop of one's own (TRAINKIT_KILL_SEED=${KILL_SEED})`,
  (backend) => {
    let root = '';
    let whole = '';
    let resumed = '';

    beforeAll(async () => {
      root = mkdtempSync(join(tmpdir(), 'own-loop-'));
      const uninterrupted = runExample('own-loop', { folder: join(root, 'whole'), backend });
      const folder = join(root, 'killed');
      for (const kill of drawKills(LIMITS)) {
        const { end, stderr } = await runExample('own-loop', { folder, backend, kill });
        expect(end, `killed at ${JSON.stringify(kill)}\n${stderr}`).toBe('SIGKILL');
      }
      for (const { end, stdout, stderr } of [
        await runExample('own-loop', { folder, backend }),
        await uninterrupted,
      ]) {
        expect(end, stderr).toBe(0);
        resumed ||= stdout;
        whole = stdout;
      }
    });
    afterAll(() => rmSync(root, { recursive: true }));

    it('trains until the loss reaches the noise of the data', () => {
      const losses = whole
        .trim()
        .split('\n')
        .map((line, i) =>
          Number(new RegExp(`^epoch ${i + 1}, step ${16 * (i + 1)}: loss (.*)$`).exec(line)?.[1]),
        );
      expect(losses).toHaveLength(20);
      // Noise of standard deviation 0.1 gives a loss of 0.01.
      expect(losses[0]).toBeGreaterThan(0.2);
      expect(Math.min(...losses)).toBeLessThan(0.05);
    });

    it('resumes after kills during an epoch, with the same state and losses', () => {
      const file = `runs/own-loop/${backend}.safetensors`;
      expect(readFileSync(join(root, 'killed', file)).equals(readFileSync(join(root, 'whole', file)))).toBe(
        true,
      );
      expect(resumed).not.toBe('');
      expect(whole.endsWith(resumed)).toBe(true);
    });
  },
  { backends: ['wasm', 'native'] },
);
