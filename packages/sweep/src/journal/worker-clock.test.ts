import fc from 'fast-check';
import { expect, it } from 'vitest';
import { WorkerClock } from './worker-clock.js';

it('ticks once a worker has given two heartbeats in a tick', () => {
  const clock = new WorkerClock(2);
  clock.beat('a', 1);
  expect(clock.tick).toBe(0);
  clock.beat('b', 1);
  expect(clock.tick).toBe(0);
  clock.beat('b', 2);
  expect(clock.tick).toBe(1);
  clock.beat('a', 2);
  clock.beat('b', 3);
  expect(clock.tick).toBe(2);
});

it('buries a worker without a sign of life for a lease, and no other', () => {
  const clock = new WorkerClock(2);
  clock.sign('dead');
  clock.beat('a', 1);
  expect(clock.beat('a', 2)).toEqual([]);
  clock.sign('quiet');
  expect(clock.beat('a', 3)).toEqual(['dead']);
  expect(clock.alive).toEqual(['quiet', 'a']);
  expect(clock.isAlive('dead')).toBe(false);
  clock.beat('dead', 1);
  expect(clock.isAlive('dead')).toBe(true);
});

it('counts a heartbeat once, however often and late it is delivered', () => {
  const clock = new WorkerClock(2);
  for (const beat of [1, 1, 2, 1, 2, 2, 3]) clock.beat('a', beat);
  expect(clock.tick).toBe(2);
});

it('never ticks faster than workers beat, wherever their clocks stand, and at least half as fast', () => {
  const times = fc.array(
    fc.tuple(fc.integer({ min: 0, max: 5 }), fc.double({ min: 0, max: 0.9, noNaN: true })),
    {
      minLength: 1,
      maxLength: 6,
    },
  );
  fc.assert(
    fc.property(times, (starts) => {
      // Worker i beats at start + n, so intervals are 1.
      const beats = starts
        .flatMap(([whole, part], worker) =>
          Array.from({ length: 30 }, (_, n) => ({ worker, at: whole + part + n })),
        )
        .filter(({ at }) => at < 30)
        .sort((a, b) => a.at - b.at);
      const clock = new WorkerClock(4);
      const numbers = new Map<number, number>();
      for (const { worker, at } of beats) {
        const beat = (numbers.get(worker) ?? 0) + 1;
        numbers.set(worker, beat);
        expect(clock.beat(`w${worker}`, beat)).toEqual([]);
        const first = beats[0]!.at;
        expect(clock.tick).toBeLessThanOrEqual(at - first + 1e-9);
        expect(clock.tick).toBeGreaterThanOrEqual(Math.floor((at - first) / 2) - 1);
      }
    }),
  );
});
