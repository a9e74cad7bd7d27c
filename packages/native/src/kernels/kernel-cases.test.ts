import { expect, it } from 'vitest';
import { KERNEL_CASES } from '../../fixtures/kernel-cases.js';
import { loadAddon } from '../backend/addon.js';
import { addonPath } from '../build/index.js';

it('every kernel of the addon has a case whose bits are compared on arm64', async () => {
  const { kernels } = loadAddon(await addonPath());
  const cases = new Set(KERNEL_CASES.map(({ kernel }) => kernel));
  expect([...cases].sort()).toEqual([...kernels.keys()].sort());
});
