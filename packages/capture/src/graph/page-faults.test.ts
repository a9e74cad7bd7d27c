import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { describeBackends } from '@trainkit/testing';
import { expect, it } from 'vitest';

const PROGRAM = fileURLToPath(new URL('../../fixtures/page-faults.js', import.meta.url));

/** The environment variables that fix malloc's limits. */
const LIMITS = [
  'MALLOC_MMAP_THRESHOLD_',
  'MALLOC_TRIM_THRESHOLD_',
  'MALLOC_TOP_PAD_',
  'MALLOC_MMAP_MAX_',
  'GLIBC_TUNABLES',
];

/** An upper bound of a step that keeps its memory; one that does not has 400 to 800. */
const FEW = 60;

/**
 * The page faults of a captured step. `onednn` decides whose allocator runs: by itself the
 * processor does.
 */
function pageFaults(onednn: '0' | '1', ...flags: string[]): number {
  const others = Object.entries(process.env).filter(([name]) => !LIMITS.includes(name));
  const env = { ...Object.fromEntries(others), TF_ENABLE_ONEDNN_OPTS: onednn };
  return Number(execFileSync(process.execPath, [PROGRAM, ...flags], { env, encoding: 'utf8' }));
}

describeBackends(
  'the memory of a captured step',
  () => {
    it('stays for the next step where the C library allocates it', () => {
      const kept = pageFaults('0');
      expect(kept).toBeLessThan(FEW);
      // Only glibc gives freed memory back in the middle of a program, and on one core, with one
      // arena, not in every run.
      if (process.platform !== 'linux' || availableParallelism() === 1) return;
      expect(pageFaults('0', '--give-back')).toBeGreaterThan(Math.max(2 * FEW, 4 * kept));
    });

    it("stays in TensorFlow's own pool where oneDNN's ops run", () => {
      expect(pageFaults('1', '--give-back')).toBeLessThan(FEW);
    });
  },
  { backends: ['tensorflow'] },
);
