import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runPath } from './path.js';

it('is below the run and the seed, and in a folder of its own on the sample', () => {
  const location = { data: 'full', run: 'init/zero', seed: 3 } as const;
  expect(runPath('out', location)).toBe(join('out/runs/init/zero/seed-3'));
  expect(runPath('out', { ...location, data: 'custom', seed: 2n ** 63n })).toBe(
    join('out/runs/init/zero/seed-9223372036854775808'),
  );
  expect(runPath('out', { ...location, data: 'sample' })).toBe(join('out/runs/sample/init/zero/seed-3'));
});
