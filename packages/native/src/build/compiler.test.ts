import { afterEach, describe, expect, it, vi } from 'vitest';
import { findCompiler } from './compiler.js';

describe('$CXX', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('may have arguments', async () => {
    vi.stubEnv('CXX', ' g++  -m64 ');
    expect(await findCompiler()).toMatchObject({ compiler: 'g++', args: ['-m64'] });
  });

  it.each([
    ['a program that is missing', '/nowhere/g++', 'It does not run: there is no program `/nowhere/g++`.'],
    ['a folder', '/', 'It does not run: spawn / EACCES.'],
    ['a program that fails', 'false', 'It does not run: `false` ended with exit code 1.'],
    ['another program', 'node', 'It states no name of a compiler.'],
  ])('is refused if it names %s', async (_, named, reason) => {
    vi.stubEnv('CXX', named);
    await expect(findCompiler()).rejects.toThrow(
      `native: $CXX is "${named}"; expected a C++ compiler. ${reason} Unset it for the machine's own.`,
    );
  });
});
