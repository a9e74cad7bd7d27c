import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describeBackends } from '@trainkit/testing';
import { expect, it } from 'vitest';

const PROGRAM = fileURLToPath(new URL('../fixtures/multiply.js', import.meta.url));

describeBackends(
  'linear under signals',
  () => {
    // TensorFlow's MatMul does not stand this: "corrupted size vs. prev_size while consolidating", within a second.
    it('keeps its results and its heap', async () => {
      const child = spawn(process.execPath, [PROGRAM], { stdio: ['ignore', 'pipe', 'inherit'] });
      const closed = once(child, 'close');
      await once(child.stdout, 'data');
      let sent = 0;
      while (child.exitCode === null && child.signalCode === null) {
        for (let i = 0; i < 20; i++) if (child.kill('SIGWINCH')) sent++;
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      expect(await closed).toEqual([0, null]);
      expect(sent).toBeGreaterThan(1000);
    });
  },
  { backends: ['tensorflow'] },
);
