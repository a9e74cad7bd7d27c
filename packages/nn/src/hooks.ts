import { Tensor } from '@tensorflow/tfjs-core';
import { checkFunction, expected, show } from '@trainkit/checks';
import { invalidateCaptures, preventCapture } from '@trainkit/kernels/capture';

/** The part of {@link Module} that hooks need, for any inputs and any output. */
export interface Hookable {
  /** Returns the output for inputs of any kind. */
  forward(...inputs: never): unknown;
}

/** The inputs of a module's `forward`, as a list. */
export type InputsOf<M extends Hookable> = Parameters<M['forward']>;

/** The output of a module's `forward`. */
export type OutputOf<M extends Hookable> = ReturnType<M['forward']>;

/** The inputs of a module's `forward` after the first. */
export type MoreInputsOf<M extends Hookable> =
  InputsOf<M> extends readonly [unknown?, ...infer More] ? More : readonly unknown[];

/**
 * A function for {@link Module.registerForwardHook}. It receives inputs and output of each call,
 * and may replace the output.
 *
 * `input` is the first input; further inputs of `forward` follow the output.
 */
export type ForwardHook<M extends Hookable> = (
  module: M,
  input: InputsOf<M>[0],
  output: OutputOf<M>,
  ...more: MoreInputsOf<M>
  // biome-ignore lint/suspicious/noConfusingVoidType: a hook may be a function that returns nothing
) => OutputOf<M> | undefined | void;

/**
 * A function for {@link Module.registerForwardPreHook}. It receives all inputs of each call, and
 * may replace them.
 */
export type ForwardPreHook<M extends Hookable> = (
  module: M,
  // A subclass may have further inputs, which a hook for its base class must accept.
  inputs: readonly [...InputsOf<M>, ...unknown[]],
  // biome-ignore lint/suspicious/noConfusingVoidType: a hook may be a function that returns nothing
) => InputsOf<M> | undefined | void;

/**
 * The hooks of one module. Each is in its own object, since one function may be registered twice.
 */
interface Hooks {
  readonly before: Set<{ readonly hook: (inputs: readonly unknown[]) => unknown }>;
  readonly after: Set<{ readonly hook: (inputs: readonly unknown[], output: unknown) => unknown }>;
}

const hooksOf = new WeakMap<Hookable, Hooks>();

/**
 * Adds a hook to a module and returns a function that removes it.
 *
 * A module with hooks has its own property `forward`, which shadows the method of its class and
 * calls it; removing the last hook deletes the property. So a subclass only overrides `forward`,
 * `super.forward` calls no hook twice, and a module without hooks has no overhead.
 */
export function addForwardHook<M extends Hookable>(module: M, hook: ForwardHook<M>): () => void;
export function addForwardHook(module: Hookable, hook: (...args: never) => unknown): () => void {
  checkFunction('registerForwardHook', 'hook', hook, 'Write (module, input, output) => { … }.');
  return add(module, ({ after }) => after, {
    hook: ([input, ...more]: readonly unknown[], output: unknown): unknown =>
      Reflect.apply(hook, undefined, [module, input, output, ...more]),
  });
}

/** Adds a hook that receives the inputs before `forward`; see {@link addForwardHook}. */
export function addForwardPreHook<M extends Hookable>(module: M, hook: ForwardPreHook<M>): () => void;
export function addForwardPreHook(module: Hookable, hook: (...args: never) => unknown): () => void {
  checkFunction('registerForwardPreHook', 'hook', hook, 'Write (module, inputs) => { … }.');
  return add(module, ({ before }) => before, {
    hook: (inputs: readonly unknown[]): unknown => Reflect.apply(hook, undefined, [module, inputs]),
  });
}

function add<Entry>(module: Hookable, listOf: (hooks: Hooks) => Set<Entry>, entry: Entry): () => void {
  const hooks = hooksOf.get(module) ?? shadowForward(module);
  preventCapture('it adds a forward hook; do so between calls');
  listOf(hooks).add(entry);
  // A replay calls no `forward` of a module, and so no hook.
  invalidateCaptures();
  return () => {
    preventCapture('it removes a forward hook; do so between calls');
    invalidateCaptures();
    const removed = listOf(hooks).delete(entry);
    if (removed && hooks.before.size === 0 && hooks.after.size === 0) unshadowForward(module);
  };
}

/**
 * The key under which a `forward` with hooks stores the one without, shared by all copies of this
 * package.
 */
const BARE = Symbol.for('@trainkit/nn.bareForward');

const shadowed = new WeakMap<Hookable, PropertyDescriptor | undefined>();

function shadowForward(module: Hookable): Hooks {
  const hooks: Hooks = { before: new Set(), after: new Set() };
  const { forward } = module;
  shadowed.set(module, Object.getOwnPropertyDescriptor(module, 'forward'));
  const call = (...given: readonly unknown[]): unknown => {
    preventCapture('a module in it has a forward hook, which is to see each step');
    let inputs = given;
    // A copy, since a hook may remove itself.
    for (const { hook } of [...hooks.before]) inputs = replacedInputs(module, inputs, hook(inputs));
    let output: unknown = Reflect.apply(forward, module, inputs);
    for (const { hook } of [...hooks.after]) output = replacedOutput(module, output, hook(inputs, output));
    return output;
  };
  Object.defineProperty(module, 'forward', {
    configurable: true,
    writable: true,
    value: Object.assign(call, { [BARE]: forward }),
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

/**
 * Runs `body` while `observe` receives inputs and output of every call of the modules; their own
 * hooks are not called.
 */
export function observing<M extends Hookable>(
  modules: readonly M[],
  observe: (module: M, inputs: readonly unknown[], output: unknown) => void,
  body: () => void,
): void {
  const restore: (() => void)[] = [];
  try {
    for (const module of modules) {
      const before = Object.getOwnPropertyDescriptor(module, 'forward');
      const bare = bareForward(module);
      const value = (...inputs: readonly unknown[]): unknown => {
        const output: unknown = Reflect.apply(bare, module, inputs);
        observe(module, inputs, output);
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
export function bareForward({ forward }: Hookable): Hookable['forward'] {
  let bare: Hookable['forward'] & { [BARE]?: Hookable['forward'] } = forward;
  while (bare[BARE] !== undefined) bare = bare[BARE];
  return bare;
}

const NOT_ASYNC =
  'Write a hook that is not async: read tensors by dataSync(), or tf.keep them and read them after the pass.';

function replacedInputs(module: Hookable, inputs: readonly unknown[], result: unknown): readonly unknown[] {
  if (result === undefined) return inputs;
  // Fewer inputs would drop one silently.
  if (Array.isArray(result) && result.length >= inputs.length) return result;
  const where = `forward pre-hook of ${module.constructor.name}`;
  const count = inputs.length === 1 ? 'the input' : `all ${inputs.length} inputs`;
  const form = inputs.length === 1 ? 'Write return [x].' : 'Write undefined for one that is left out.';
  const instead = result instanceof Promise ? NOT_ASYNC : form;
  throw new TypeError(
    expected(
      where,
      'its result',
      result,
      `an array of ${count}, which takes their place, or undefined`,
      instead,
    ),
  );
}

function replacedOutput(module: Hookable, output: unknown, result: unknown): unknown {
  if (result === undefined) return output;
  if (isSameKind(output, result)) return result;
  const where = `forward hook of ${module.constructor.name}`;
  const kind =
    output instanceof Tensor
      ? 'a tensor, which replaces the output, or undefined'
      : `what replaces the output ${show(output)}, of its form, or undefined`;
  throw new TypeError(
    expected(where, 'its result', result, kind, result instanceof Promise ? NOT_ASYNC : ''),
  );
}

/**
 * True if `result` can replace `output`: a tensor for a tensor, the same positions in a list, the
 * same keys.
 */
function isSameKind(output: unknown, result: unknown): boolean {
  if (output instanceof Tensor || result instanceof Tensor)
    return output instanceof Tensor && result instanceof Tensor;
  if (typeof output !== typeof result) return false;
  if (typeof output !== 'object' || output === null || typeof result !== 'object' || result === null)
    return output === null || result === null ? output === result : true;
  if (Object.getPrototypeOf(output) !== Object.getPrototypeOf(result)) return false;
  const kept = Object.entries(output);
  const given = new Map(Object.entries(result));
  return (
    kept.length === given.size &&
    kept.every(([key, value]) => {
      if (!given.has(key)) return false;
      const other: unknown = given.get(key);
      // Optional entries may appear or disappear.
      return value === null || value === undefined || other === null || other === undefined
        ? true
        : isSameKind(value, other);
    })
  );
}
