import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runPath } from './path.js';

it('lies under the run and the seed, and apart on the sample', () => {
  const place = { data: 'full', run: 'init/zero', seed: 3 } as const;
  expect(runPath('out', place)).toBe(join('out/runs/init/zero/seed-3'));
  expect(runPath('out', { ...place, data: 'custom', seed: 2n ** 63n })).toBe(
    join('out/runs/init/zero/seed-9223372036854775808'),
  );
  expect(runPath('out', { ...place, data: 'sample' })).toBe(join('out/runs/sample/init/zero/seed-3'));
});
