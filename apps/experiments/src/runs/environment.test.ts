import { useFastestBackend } from '@trainkit/backend';
import { expect, it, vi } from 'vitest';
import { changesBetween, describeEnvironment } from './environment.js';

it('names the differences that could change the last bits, and no others', async () => {
  const now = describeEnvironment(await useFastestBackend({ prefer: 'cpu' }));
  expect(changesBetween(now, { ...now, gitCommit: 'abc', memoryGiB: 1 })).toEqual([]);
  expect(changesBetween(now, { ...now, node: 'v99' })).toEqual([`node was "${now.node}" and is now "v99"`]);
  const native = { ...now.backend, name: 'tensorflow', threads: 8 } as const;
  const elsewhere = {
    ...now,
    backend: { ...native, versions: { ...native.versions, libtensorflow: '2.18.1' } },
    cpu: { model: 'Other', cores: 8 },
  };
  expect(changesBetween(now, elsewhere)).toEqual([
    'backend was "cpu" and is now "tensorflow"',
    'versions.libtensorflow was missing and is now "2.18.1"',
    `threads was ${now.backend.threads} and is now 8`,
    `cpu was "${now.cpu.model}" and is now "Other"`,
  ]);
});

it.each(['TF_ENABLE_ONEDNN_OPTS', 'ONEDNN_MAX_CPU_ISA', 'DNNL_MAX_CPU_ISA'])('names %s', async (name) => {
  const backend = await useFastestBackend({ prefer: 'cpu' });
  vi.stubEnv(name, undefined);
  const before = describeEnvironment(backend);
  vi.stubEnv(name, 'AVX2');
  const now = describeEnvironment(backend);
  vi.unstubAllEnvs();
  expect(changesBetween(before, now)).toEqual([`variables.${name} was missing and is now "AVX2"`]);
  const { cpuFlags: _, variables: __, ...earlier } = before;
  expect(changesBetween(earlier, now), 'of an earlier release').toEqual([]);
});

it('names the instruction sets that the processor lacks', async () => {
  const now = describeEnvironment(await useFastestBackend({ prefer: 'cpu' }));
  expect(changesBetween({ ...now, cpuFlags: { ...now.cpuFlags, avx1024: true } }, now)).toEqual([
    'cpuFlags.avx1024 was true and is now missing',
  ]);
});
