import { ProgramMissing, run } from './run.js';

/** The advice of errors and of the doctor where no C++ compiler is found. */
export const COMPILER_ADVICE =
  'install one (Debian, Ubuntu: apt-get install g++; Fedora: dnf install gcc-c++), or name it by the variable CXX';

/** A C++ compiler. */
export interface Compiler {
  /** The program. */
  compiler: string;
  /** Arguments before all others, for a program that is more than a compiler. */
  args?: readonly string[] | undefined;
  /** The version that it states. */
  version: string;
}

/** No C++ compiler is installed. */
export class CompilerMissing extends Error {
  override readonly name = 'CompilerMissing';
}

/**
 * The C++ compiler of this machine: `$CXX`, else the first of g++, c++ and clang++.
 *
 * @throws CompilerMissing where there is none
 */
export async function findCompiler(signal?: AbortSignal): Promise<Compiler> {
  const named = process.env['CXX'];
  const candidates = named ? [named] : ['g++', 'c++', 'clang++'];
  for (const compiler of candidates) {
    try {
      const version = (await run(compiler, ['--version'], { signal })).split('\n', 1)[0] ?? '';
      return { compiler, version };
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof ProgramMissing)) throw error;
    }
  }
  throw new CompilerMissing(`no C++ compiler found (${candidates.join(', ')}): ${COMPILER_ADVICE}`);
}
