import { describe, expect, it } from 'vitest';
import { Interruption, throwIfInterrupted, yieldToEventLoop } from './interruption.js';

describe('throwIfInterrupted', () => {
  it('names the step at which a run stopped, with the exit code of the signal', () => {
    const controller = new AbortController();
    expect(() => throwIfInterrupted(controller.signal, 'here')).not.toThrow();
    controller.abort('SIGINT');
    const where = 'init/zero after step 3 of 9';
    expect(() => throwIfInterrupted(controller.signal, where)).toThrow(
      new Interruption('Interrupted init/zero after step 3 of 9.', { exitCode: 130 }),
    );
    expect(() => throwIfInterrupted(AbortSignal.abort('SIGTERM'), 'here')).toThrow(
      expect.objectContaining({ exitCode: 143 }),
    );
  });

  it('accepts advice and keeps its exit code', () => {
    const advised = new Interruption('Interrupted here.', { exitCode: 143 }).withAdvice('Repeat it.');
    expect(advised).toMatchObject({ message: 'Interrupted here. Repeat it.', exitCode: 143 });
    // The first advice is the most specific, so it is kept.
    expect(advised.withAdvice('Start again.').message).toBe('Interrupted here. Repeat it.');
  });
});

describe('yielding to the event loop', () => {
  it('lets pending callbacks run, and throws after a signal to stop', async () => {
    const controller = new AbortController();
    setImmediate(() => controller.abort('SIGINT'));
    await expect(yieldToEventLoop(controller.signal, 'here')).rejects.toThrow(/^Interrupted here\./);
  });
});
