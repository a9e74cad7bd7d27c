import { errorMessage, expected } from '@trainkit/checks';
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
 * @throws Error where `$CXX` names something else
 */
export async function findCompiler(signal?: AbortSignal): Promise<Compiler> {
  const named = process.env['CXX']?.trim();
  if (named) return namedCompiler(named, signal);
  const candidates = ['g++', 'c++', 'clang++'];
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

/** The names that compilers state beside their version. */
const COMPILER_NAMES = /\b(g\+\+|gcc|clang|zig|c\+\+|icpx|icx|ccache|Free Software Foundation)/i;

/** The compiler of `$CXX`: a program, and its arguments before all others, such as `ccache g++`. */
async function namedCompiler(named: string, signal: AbortSignal | undefined): Promise<Compiler> {
  const [compiler = named, ...args] = named.split(/\s+/);
  const refuse = (reason: string) =>
    new Error(
      expected('native', '$CXX', named, 'a C++ compiler', `${reason} Unset it for the machine's own.`),
    );
  let text: string;
  try {
    text = await run(compiler, [...args, '--version'], { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw refuse(`It does not run: ${firstLine(error)}.`);
  }
  if (!COMPILER_NAMES.test(text)) throw refuse('It states no name of a compiler.');
  return { compiler, args, version: text.split('\n', 1)[0] ?? '' };
}

function firstLine(error: unknown): string {
  return (errorMessage(error).split('\n', 1)[0] ?? '').replace(/[.:]$/, '');
}
