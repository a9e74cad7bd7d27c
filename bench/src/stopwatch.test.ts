import { expect, it } from 'vitest';
import { Stopwatch } from './stopwatch.js';

function wait(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

it('counts a function without its callees, and the callees on their own', () => {
  const watch = new Stopwatch();
  const inner = watch.watch('inner', (x: number) => {
    wait(20);
    return x + 1;
  });
  const outer = watch.watch('outer', (x: number) => inner(inner(x)));
  expect(outer(1)).toBe(3);
  expect(outer(2)).toBe(4);
  const [first, second] = watch.perStep(2);
  expect(first).toMatchObject({ name: 'inner', calls: 2 });
  expect(first?.milliseconds).toBeGreaterThanOrEqual(40);
  expect(second).toMatchObject({ name: 'outer', calls: 1 });
  expect(second?.milliseconds).toBeLessThan(20);
});

it('counts a function that throws, passes `this` on, and starts again from zero', () => {
  const watch = new Stopwatch();
  const object = {
    value: 7,
    read: watch.watch('read', function (this: { value: number }) {
      if (this.value < 0) throw new Error('below 0');
      return this.value;
    }),
  };
  expect(object.read()).toBe(7);
  object.value = -1;
  expect(() => object.read()).toThrow('below 0');
  expect(watch.perStep(1)).toMatchObject([{ name: 'read', calls: 2 }]);
  watch.reset();
  expect(watch.perStep(1)).toEqual([]);
});
