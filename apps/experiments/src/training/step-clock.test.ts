import { afterEach, expect, it, vi } from 'vitest';
import { StepClock } from './step-clock.js';

afterEach(() => {
  vi.useRealTimers();
});

it('gives the steps a second since it was last started or read', () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const clock = new StepClock();
  clock.start(10);
  vi.advanceTimersByTime(2000);
  expect(clock.lap(20)).toBe(5);
  vi.advanceTimersByTime(500);
  expect(clock.lap(21)).toBe(2);
  vi.advanceTimersByTime(1000);
  expect(clock.lap(21)).toBeNull();
  expect(clock.lap(22)).toBeNull();
});
