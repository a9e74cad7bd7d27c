import { expect, it } from 'vitest';
import { readProcessors, thisMachine, usesOnednnOps } from './onednn-ops.js';

const AVX2 = 'processor\t: 0\nflags\t\t: fpu sse2 avx avx2 fma\nbugs\t\t: none\n';
const VNNI = 'processor\t: 0\nflags\t\t: fpu avx2 avx512f avx512_vnni\n';
const ARM = 'processor\t: 0\nFeatures\t: fp asimd\n';

it.each([
  [undefined, AVX2, false],
  [undefined, VNNI, true],
  ['0', VNNI, false],
  ['False', VNNI, false],
  ['1', AVX2, true],
  ['true', null, true],
  // TensorFlow ignores other values.
  ['yes', AVX2, false],
  [undefined, ARM, null],
  [undefined, null, null],
])('with the setting %j and the processors %j: %j', (setting, processors, expected) => {
  expect(usesOnednnOps({ setting, processors })).toBe(expected);
});

it.runIf(process.platform === 'linux')('reads what this machine is', () => {
  expect(thisMachine().processors).toMatch(/^processor\s*:/m);
});

it('returns null if the processors cannot be read', () => {
  expect(readProcessors('/nowhere/cpuinfo')).toBeNull();
});
