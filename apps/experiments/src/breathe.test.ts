import { describe, expect, it } from 'vitest';
import { breathe, breather } from './breathe.js';

describe('breathing', () => {
  it('lets what waits run, and throws once it was told to stop', async () => {
    const controller = new AbortController();
    setImmediate(() => controller.abort('SIGINT'));
    await expect(breathe(controller.signal, 'here')).rejects.toThrow(/^Interrupted here\./);
  });

  it('is done at most every 50 ms of a loop, and then for sure', async () => {
    const breathing = breather(AbortSignal.abort('SIGINT'));
    await breathing('at once');
    const start = performance.now();
    while (performance.now() - start < 60);
    await expect(breathing('later')).rejects.toThrow(/^Interrupted later\./);
  });
});
