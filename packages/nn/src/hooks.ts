import { Tensor } from '@tensorflow/tfjs-core';
import { checkFunction, expected } from '@trainkit/checks';
import { outdateSteps, stepRefusal } from '@trainkit/kernels';

/** What a hook is put on. */
interface Hookable {
  forward(x: Tensor): Tensor;
}

/** What {@link Module.registerForwardHook} takes: it sees the input and the output, and may replace the output. */
// biome-ignore lint/suspicious/noConfusingVoidType: a hook may be a function that returns nothing
export type ForwardHook<M> = (module: M, input: Tensor, output: Tensor) => Tensor | undefined | void;

const hooksOf = new WeakMap<Hookable, Set<{ readonly hook: ForwardHook<Hookable> }>>();

/**
 * Adds a hook to a module and returns a function that removes it.
 *
 * A module with hooks has a `forward` of its own that shadows its class's and calls it; the last hook takes it away
 * again. So a subclass only overrides `forward`, `super.forward` fires nothing twice, and a module without hooks
 * costs nothing.
 */
export function callWithHooks<M extends Hookable>(module: M, hook: ForwardHook<M>): () => void {
  checkFunction('registerForwardHook', 'hook', hook, 'Write (module, input, output) => { … }.');
  const entry = { hook: (_: Hookable, input: Tensor, output: Tensor) => hook(module, input, output) };
  const hooks = hooksOf.get(module) ?? shadowForward(module);
  hooks.add(entry);
  // A replay calls no module's forward.
  outdateSteps();
  return () => {
    outdateSteps();
    if (hooks.delete(entry) && hooks.size === 0) unshadowForward(module);
  };
}

/** Under this key a forward with hooks knows the one without; for every copy of this package. */
const BARE = Symbol.for('@trainkit/nn.bareForward');

const shadowed = new WeakMap<Hookable, PropertyDescriptor | undefined>();

function shadowForward(module: Hookable): Set<{ readonly hook: ForwardHook<Hookable> }> {
  const hooks = new Set<{ readonly hook: ForwardHook<Hookable> }>();
  const forward = module.forward;
  shadowed.set(module, Object.getOwnPropertyDescriptor(module, 'forward'));
  Object.defineProperty(module, 'forward', {
    configurable: true,
    writable: true,
    value: Object.assign(
      (input: Tensor): Tensor => {
        stepRefusal('a module in it has a forward hook, which is to see each step');
        let output = forward.call(module, input);
        // A copy: a hook may remove itself.
        for (const { hook } of [...hooks]) output = replaced(module, output, hook(module, input, output));
        return output;
      },
      { [BARE]: forward },
    ),
  });
  hooksOf.set(module, hooks);
  return hooks;
}

function unshadowForward(module: Hookable): void {
  const before = shadowed.get(module);
  if (before === undefined) Reflect.deleteProperty(module, 'forward');
  else Object.defineProperty(module, 'forward', before);
  hooksOf.delete(module);
  shadowed.delete(module);
}

/** Runs `body` while `observe` sees every output of the modules, and their hooks see none. */
export function observing<M extends Hookable>(
  modules: readonly M[],
  observe: (module: M, output: Tensor) => void,
  body: () => void,
): void {
  const restore: (() => void)[] = [];
  try {
    for (const module of modules) {
      const before = Object.getOwnPropertyDescriptor(module, 'forward');
      const bare = bareForward(module);
      const value = (input: Tensor): Tensor => {
        const output = bare.call(module, input);
        observe(module, output);
        return output;
      };
      Object.defineProperty(module, 'forward', { configurable: true, writable: true, value });
      restore.push(() => {
        if (before === undefined) Reflect.deleteProperty(module, 'forward');
        else Object.defineProperty(module, 'forward', before);
      });
    }
    body();
  } finally {
    for (const undo of restore) undo();
  }
}

/** The `forward` below the hooks of all copies of this package. */
function bareForward({ forward }: Hookable): Hookable['forward'] {
  let bare: Hookable['forward'] & { [BARE]?: Hookable['forward'] } = forward;
  while (bare[BARE] !== undefined) bare = bare[BARE];
  return bare;
}

function replaced(module: Hookable, output: Tensor, result: unknown): Tensor {
  if (result === undefined) return output;
  if (result instanceof Tensor) return result;
  const where = `forward hook of ${module.constructor.name}`;
  throw new TypeError(
    expected(where, 'its result', result, 'a tensor, which replaces the output, or undefined'),
  );
}
