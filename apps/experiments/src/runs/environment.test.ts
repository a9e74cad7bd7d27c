import { useFastestBackend } from '@trainkit/backend';
import { expect, it, vi } from 'vitest';
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

it.each(['TF_ENABLE_ONEDNN_OPTS', 'ONEDNN_MAX_CPU_ISA', 'DNNL_MAX_CPU_ISA'])('names %s', async (name) => {
  const backend = await useFastestBackend({ prefer: 'cpu' });
  vi.stubEnv(name, undefined);
  const before = describeEnvironment(backend);
  vi.stubEnv(name, 'AVX2');
  const now = describeEnvironment(backend);
  vi.unstubAllEnvs();
  expect(environmentChanges(before, now)).toEqual([`${name} none before and AVX2 now`]);
  const { cpuFlags: _, variables: __, ...earlier } = before;
  expect(environmentChanges(earlier, now), 'of an earlier release').toEqual([]);
});

it('names the instruction sets that the processor lacks', async () => {
  const now = describeEnvironment(await useFastestBackend({ prefer: 'cpu' }));
  expect(environmentChanges({ ...now, cpuFlags: { ...now.cpuFlags, avx1024: true } }, now)).toEqual([
    'the CPU flag avx1024 true before and none now',
  ]);
});
