import { expect, it, vi } from 'vitest';
import { fakeCompiler, onlyPrograms, temporaryCache, temporaryFolder } from '../../fixtures/machine.js';
import { addonPath } from './addon-path.js';

// A prebuilt addon of this very version may be installed here, and would be taken.
vi.mock('./prebuilt.js', async (original) => ({
  ...(await original<typeof import('./prebuilt.js')>()),
  findPrebuilt: () => undefined,
}));

it('says on standard error that it compiles, and nothing where an addon is there', async () => {
  await temporaryCache();
  await onlyPrograms({ 'g++': fakeCompiler(`${await temporaryFolder()}/calls`) });
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  try {
    const path = await addonPath();
    expect(write.mock.calls.join('')).toContain('Compiling the native backend, once');
    write.mockClear();
    expect(await addonPath()).toBe(path);
    expect(write).not.toHaveBeenCalled();
  } finally {
    write.mockRestore();
  }
});
