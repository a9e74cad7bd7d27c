import { expect, it } from 'vitest';
import { BatchSource } from './batch-source.js';

/** The next values. */
async function take<T>(source: BatchSource<T>, count: number): Promise<T[]> {
  const taken: T[] = [];
  for (let i = 0; i < count; i++) taken.push(await source.next());
  return taken;
}

it('repeats an array, and resumes at each index of it', async () => {
  const batches = ['a', 'b', 'c'];
  for (let done = 0; done < 7; done++) {
    const [first, second] = [new BatchSource(batches), new BatchSource(batches)];
    await take(first, done);
    await second.part?.load(JSON.parse(JSON.stringify(first.part?.read([]))));
    expect(await take(second, 5), `after ${done}`).toEqual(await take(first, 5));
  }
});

it.each([-1, 2.5, 4, Number.NaN, '1', undefined])(
  'refuses the position %j in an array of three',
  async (next) => {
    const source = new BatchSource(['a', 'b', 'c']);
    const load = async () => source.part?.load({ next } as never);
    await expect(load()).rejects.toThrow('next in the state of batches is');
  },
);

it('asks a generator’s iterable for each epoch, and leaves it when it is closed', async () => {
  let [begun, left] = [0, 0];
  const batches = {
    async *[Symbol.asyncIterator]() {
      begun++;
      try {
        yield 1;
        yield 2;
      } finally {
        left++;
      }
    },
  };
  const source = new BatchSource(batches);
  expect(source.part).toBeNull();
  expect(await take(source, 5)).toEqual([1, 2, 1, 2, 1]);
  await source.close();
  expect([begun, left]).toEqual([3, 3]);
});

it('accepts one empty epoch as the rest of one, and treats two as no batches', async () => {
  const epochs = [[], [1]];
  const once = new BatchSource({ [Symbol.iterator]: () => (epochs.shift() ?? [])[Symbol.iterator]() });
  expect(await once.next()).toBe(1);
  await expect(once.next()).rejects.toThrow('two epochs of batches had none');
});
