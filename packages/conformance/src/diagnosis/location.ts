/**
 * The stack depth. TensorFlow.js may put this many frames above the checked code; V8 keeps 10 by
 * default.
 */
const DEPTH = 64;

/** The file, line and column of a frame of a stack, as V8, Firefox and Safari write it. */
const FRAME = /^\s*(?:at (?:async )?(?:.*? \()?|.*?@)(.+):(\d+):(\d+)\)?$/;

/** The module whose hooks are on the stack between TensorFlow.js and the checked code. */
const HOOKS = /[\\/]subject[\\/]tensor-scope\.[jt]s$/;

/**
 * The path of Trainkit's native backend in a clone of its repository, where it is not an installed
 * package.
 */
const BACKEND = /[\\/]packages[\\/]native[\\/](?:src|dist)[\\/]/;

/** The folder of this package's own modules; null in a bundle whose modules have no address. */
const CHECKS = folderOf(import.meta.url);

/**
 * The location `file:line:column` at which the checked code threw: the first frame outside
 * installed packages and this package. Null if there is no such frame, or the engine keeps no
 * stack.
 */
export function locationOf(error: unknown): string | null {
  return firstOutside(framesOf(error));
}

/**
 * The line of the checked code that is running, in the format of {@link locationOf}. The hooks of
 * the checks call it.
 */
export function currentLocation(): string | null {
  const frames = withDeepStacks(() => framesOf(new Error('here')));
  // The hook itself is above the checked code.
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
    // Frames below the checks belong to their caller.
    if (CHECKS === null || path.startsWith(CHECKS)) return null;
    if (!/[\\/]node_modules[\\/]|^node:|<anonymous>/.test(path)) return `${path}:${row}:${column}`;
  }
  return null;
}

/** Runs `body`, and makes the stacks of its errors deep enough to reach the checked code. */
export function withDeepStacks<T>(body: () => T): T {
  const limit: unknown = Reflect.get(Error, 'stackTraceLimit');
  Reflect.set(Error, 'stackTraceLimit', DEPTH);
  try {
    return body();
  } finally {
    Reflect.set(Error, 'stackTraceLimit', limit);
  }
}

/**
 * The folder above a module's. `new URL('..', import.meta.url)` would make bundlers include a
 * file.
 */
function folderOf(module: string | undefined): string | null {
  return module === undefined ? null : pathOf(module).replace(/[^/]*\/[^/]*$/, '');
}

function pathOf(file: string): string {
  return file.startsWith('file://') ? decodeURI(new URL(file).pathname) : file;
}
