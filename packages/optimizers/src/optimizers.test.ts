import { describeOptimizer, stepOnce, variable } from '@trainkit/testing';
import { describe, expect, it } from 'vitest';
import { rows } from '../fixtures/optimizers.js';

for (const row of rows) describeOptimizer(row.title, row);

describe('the rows', () => {
  it('differ from each other after three steps', async () => {
    const { useFastestBackend } = await import('@trainkit/backend');
    await useFastestBackend({ prefer: 'cpu' });
    const ends = rows.map(({ make, matrices }) => {
      const x = variable([1, 2], matrices);
      const optimizer = make([x], 0.1, { weightDecay: 0.1 });
      for (let i = 0; i < 3; i++) stepOnce(optimizer, [x], [i === 0 ? [10, 2] : [0.1, -0.3]]);
      const end = x.dataSync().join();
      x.dispose();
      optimizer.dispose();
      return end;
    });
    expect(new Set(ends).size, ends.join(' ')).toBe(rows.length);
  });
});
