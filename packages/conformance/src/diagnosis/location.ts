/** As many frames as TensorFlow.js may put above the checked code; V8 keeps 10 unless told otherwise. */
const DEPTH = 64;

/** The file, line and column of a frame of a stack, as V8, Firefox and Safari write it. */
const FRAME = /^\s*(?:at (?:async )?(?:.*? \()?|.*?@)(.+):(\d+):(\d+)\)?$/;

/** The module whose hooks stand between TensorFlow.js and the checked code. */
const HOOKS = /[\\/]subject[\\/]tensor-scope\.[jt]s$/;

/** Trainkit's native backend in a clone of its repository, where it is no installed package. */
const BACKEND = /[\\/]packages[\\/]native[\\/](?:src|dist)[\\/]/;

/** The folder of this package's own modules; null in a bundle that leaves modules no address. */
const CHECKS = folderOf(import.meta.url);

/**
 * Where the checked code threw, `file:line:column`: the first frame that is neither in an installed package nor in the
 * checks; null where there is none, or the engine keeps no stack.
 */
export function locationOf(error: unknown): string | null {
  return firstOutside(framesOf(error));
}

/** The line of the checked code that is running, as {@link locationOf} has it; for hooks that the checks set. */
export function currentLocation(): string | null {
  const frames = withDeepStacks(() => framesOf(new Error('here')));
  // The hook itself stands above the checked code.
  const start = frames.findIndex(({ path }) => CHECKS === null || !path.startsWith(CHECKS));
  return firstOutside(frames.slice(Math.max(start, 0)));
}

interface Frame {
  readonly path: string;
  readonly row: string;
  readonly column: string;
}

function framesOf(error: unknown): Frame[] {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  return stack.split('\n').flatMap((line) => {
    const [, file, row = '', column = ''] = FRAME.exec(line) ?? [];
    return file === undefined ? [] : [{ path: pathOf(file), row, column }];
  });
}

function firstOutside(frames: readonly Frame[]): string | null {
  for (const { path, row, column } of frames) {
    if (HOOKS.test(path) || BACKEND.test(path)) continue;
    // Whoever called the checks stands below them.
    if (CHECKS === null || path.startsWith(CHECKS)) return null;
    if (!/[\\/]node_modules[\\/]|^node:|<anonymous>/.test(path)) return `${path}:${row}:${column}`;
  }
  return null;
}

/** What `body` returns; what it throws has a stack deep enough to reach the checked code. */
export function withDeepStacks<T>(body: () => T): T {
  const limit: unknown = Reflect.get(Error, 'stackTraceLimit');
  Reflect.set(Error, 'stackTraceLimit', DEPTH);
  try {
    return body();
  } finally {
    Reflect.set(Error, 'stackTraceLimit', limit);
  }
}

/** The folder above a module's; not by `new URL('..', import.meta.url)`, which bundlers take for a file to include. */
function folderOf(module: string | undefined): string | null {
  return module === undefined ? null : pathOf(module).replace(/[^/]*\/[^/]*$/, '');
}

function pathOf(file: string): string {
  return file.startsWith('file://') ? decodeURI(new URL(file).pathname) : file;
}
