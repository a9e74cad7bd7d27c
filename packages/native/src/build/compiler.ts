import { ProgramMissing, run } from './run.js';

/** The advice of errors and of the doctor where no C++ compiler is found. */
export const COMPILER_ADVICE =
  'install one (Debian, Ubuntu: apt-get install g++; Fedora: dnf install gcc-c++), or name it by the variable CXX';

/** The C++ compiler: `$CXX`, else the first of g++, c++ and clang++; and the version that it states. */
export async function findCompiler(signal?: AbortSignal): Promise<{ compiler: string; version: string }> {
  const named = process.env['CXX'];
  const candidates = named ? [named] : ['g++', 'c++', 'clang++'];
  for (const compiler of candidates) {
    try {
      const version = (await run(compiler, ['--version'], { signal })).split('\n', 1)[0] ?? '';
      return { compiler, version };
    } catch (error) {
      if (!(error instanceof ProgramMissing)) throw error;
    }
  }
  throw new Error(`no C++ compiler found (${candidates.join(', ')}): ${COMPILER_ADVICE}`);
}
