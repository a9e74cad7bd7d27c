import { useFastestBackend } from '@trainkit/backend';
import { expect, it } from 'vitest';
import { describeEnvironment, environmentChanges } from './environment.js';

it('names what could change the last bits, and nothing else', async () => {
  const now = describeEnvironment(await useFastestBackend({ prefer: 'cpu' }));
  expect(environmentChanges(now, { ...now, gitCommit: 'abc', memoryGiB: 1 })).toEqual([]);
  expect(environmentChanges(now, { ...now, node: 'v99' })).toEqual([
    `version of Node ${now.node} before and v99 now`,
  ]);
  const native = { ...now.backend, name: 'tensorflow', threads: 8 } as const;
  const elsewhere = {
    ...now,
    backend: { ...native, versions: { ...native.versions, libtensorflow: '2.18.1' } },
    cpu: { model: 'Other', cores: 8 },
  };
  expect(environmentChanges(now, elsewhere)).toEqual([
    'backend cpu before and tensorflow now',
    'libtensorflow none before and 2.18.1 now',
    `number of threads ${now.backend.threads} before and 8 now`,
    `processor ${now.cpu.model} before and Other now`,
  ]);
});
