import type * as tf from '@tensorflow/tfjs-core';
import { checkFlag, checkFunction, checkOptions, expected } from '@trainkit/checks';
import { guardMode, setMode } from '@trainkit/kernels/capture';
import {
  addForwardHook,
  addForwardPreHook,
  type ForwardHook,
  type ForwardPreHook,
  type Hookable,
} from './hooks.js';
import { isParameter, makeVariable, type ParameterOptions, warnOfUnclear } from './parameter.js';
import {
  LOAD_STATE_DICT_OPTIONS,
  type LoadReport,
  type LoadStateDictOptions,
  loadVariables,
  type StateDict,
  tensors,
} from './state-dict.js';
import { childrenOf, type Named, survey, type Tree, unique } from './tree.js';

const BRAND: unique symbol = Symbol.for('@trainkit/nn.Module');

/** True if `value` is a Module, of this copy of the package or another. */
export function isModule(value: unknown): value is Module {
  return typeof value === 'object' && value !== null && BRAND in value;
}

/** A module with any inputs and any output, such as a model from a caller. */
export type AnyModule = Hookable &
  Pick<
    Module,
    | 'training'
    | 'modules'
    | 'namedModules'
    | 'children'
    | 'namedChildren'
    | 'parameters'
    | 'namedParameters'
    | 'buffers'
    | 'namedBuffers'
    | 'stateDict'
    | 'loadStateDict'
    | 'dispose'
  >;

/** Throws unless `value` is a Module. */
export function checkModule(where: string, name: string, value: unknown): asserts value is Module {
  if (isModule(value)) return;
  throw new TypeError(expected(where, name, value, 'a Module', moduleAdvice(value)));
}

/** The advice for a value that is no Module, as a sentence; empty if none is known. */
export function moduleAdvice(value: unknown): string {
  if (typeof value === 'function') return `Write new ${value.name || 'Layer'}(…).`;
  if (value instanceof Promise) return 'Write await before it.';
  const isLayer = typeof value === 'object' && value !== null && 'getClassName' in value && 'apply' in value;
  return isLayer ? 'A layer of tf.layers belongs into tf.sequential.' : '';
}

/**
 * A part of a neural network: a layer, or a network of layers, as PyTorch's `nn.Module`.
 *
 * A subclass assigns its layers and variables to properties and implements {@link forward}. The
 * module tree consists of the properties that are Modules or `tf.Variable`s, in order of
 * assignment, including those in arrays and plain objects, nested to any depth, as in PyTorch's
 * `ModuleList`, `ModuleDict` and `ParameterList` (paths `layers.0`, `blocks.0.1`, `heads.left`). A
 * property that is `null` is a part that is switched off. Values in a Map, a Set, an instance of
 * another class, or a private `#field` are not part of the tree. Store a reference to the parent
 * there, since a module below itself is an error.
 *
 * Paths are PyTorch's: the property `runningMean` of the child `hiddenNorm` has the path
 * `hidden_norm.running_mean`. They do not depend on `variable.name`, so that two models never
 * clash. Two different parts with the same path, such as the properties `fooBar` and `foo_bar`, are
 * an error.
 *
 * Inputs and output may be of any kind: {@link forward} receives all arguments of the call. A
 * module with several inputs, or with an output other than a tensor, declares their types: `class
 * Cell extends Module<[x: tf.Tensor, h: tf.Tensor], { h: tf.Tensor }>`. Optional inputs need no
 * declaration.
 *
 * The trap: by default TensorFlow.js trains every variable of the program. Pass
 * `model.parameters()` as the second argument of `tf.variableGrads`, or to the optimizer.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { Linear, Module } from '@trainkit/nn';
 *
 * class TwoLayers extends Module {
 *   readonly first = new Linear(4, 8);
 *   readonly second = new Linear(8, 2);
 *
 *   override forward(x: tf.Tensor): tf.Tensor {
 *     return this.second.forward(tf.tanh(this.first.forward(x)));
 *   }
 * }
 *
 * const model = new TwoLayers();
 * console.log(model.namedParameters().map(([path]) => path).join(' ')); // → first.weight first.bias second.weight second.bias
 * console.log(model.forward(tf.zeros([3, 4])).shape); // → [ 3, 2 ]
 * ```
 */
export abstract class Module<Inputs extends readonly unknown[] = [x: tf.Tensor], Output = tf.Tensor> {
  #training = true;

  /**
   * True in training, the initial mode, and false in evaluation; {@link train} and {@link eval}
   * set it for the whole tree.
   */
  get training(): boolean {
    // A recorded step depends on its layers' modes.
    return guardMode(this, () => this.#training);
  }

  set training(training: boolean) {
    setMode(this, 'train() or eval()', () => this.#training);
    this.#training = training;
  }

  /**
   * Returns the output for the inputs. Hooks are called here: call `layer.forward(x)`, never a
   * subclass's own helper.
   */
  abstract forward(...inputs: Inputs): Output;

  /**
   * Marks a Module for every copy of this package in a program; `instanceof` would not recognize
   * another copy's.
   */
  get [BRAND](): true {
    return true;
  }

  /** Sets this module and all below it to training mode, or with `false` to evaluation mode. */
  train(mode = true): this {
    checkFlag('train', 'mode', mode);
    for (const module of this.modules()) module.training = mode;
    return this;
  }

  /** Sets this module and all below it to evaluation mode; the same as `train(false)`. */
  eval(): this {
    return this.train(false);
  }

  /**
   * Calls `visit` with every module below this one, children before their parents, and with this
   * one last.
   */
  apply(visit: (module: Module) => void): this {
    checkFunction('apply', 'visit', visit, 'Write model.forward(x) for the output.');
    treeOf(this); // throws where the tree has a cycle
    applyTo(this, visit);
    return this;
  }

  /**
   * Freezes (`false`) or unfreezes (`true`) the parameters of this module and all below it.
   *
   * A frozen parameter stays in {@link parameters}. Its `trainable` is false, so
   * `tf.variableGrads` and `optimizer.minimize` compute no gradient for it. Setting
   * `variable.trainable` freezes a single one. Buffers never change.
   *
   * As in PyTorch, freezing stops gradients, not updates: `optimizer.applyGradients` updates a
   * frozen parameter with a gradient that was computed before. Freeze first, then compute the
   * gradients.
   *
   * The trap: a plain `tf.variable` becomes a parameter when a method of its tree (`train`,
   * `parameters`, `stateDict`, …) first sees it trainable. One that was frozen before looks like
   * `tf.variable(value, false)`, a buffer, and stays frozen here, with a warning: set its
   * `trainable` to true, or create it with `this.parameter(value)`. A buffer of
   * `this.buffer(value)` gives no warning.
   */
  requiresGrad(flag = true): this {
    checkFlag('requiresGrad', 'flag', flag);
    for (const parameter of this.parameters()) parameter.trainable = flag;
    if (flag) warnOfUnclear('requiresGrad', this.namedBuffers());
    return this;
  }

  /** The learned variables, frozen or not, each once, even if two modules share one. */
  parameters(): tf.Variable[] {
    return this.namedParameters().map(([, parameter]) => parameter);
  }

  /** {@link parameters} with their paths: `[['0.weight', variable], …]`. */
  namedParameters(): Named<tf.Variable>[] {
    return unique(treeOf(this).variables).filter(([, value]) => isParameter(value));
  }

  /**
   * The variables that are kept but not learned, such as running means: created by `buffer()`, or
   * never trainable.
   */
  buffers(): tf.Variable[] {
    return this.namedBuffers().map(([, buffer]) => buffer);
  }

  /** {@link buffers} with their paths. */
  namedBuffers(): Named<tf.Variable>[] {
    return unique(treeOf(this).variables).filter(([, value]) => !isParameter(value));
  }

  /** The modules directly below this one. */
  children(): Module[] {
    return this.namedChildren().map(([, child]) => child);
  }

  /** {@link children} with their names. */
  namedChildren(): Named<Module>[] {
    return unique(childrenOf(this, isModule));
  }

  /** This module and all below it, each once, parents before their children. */
  modules(): Module[] {
    return this.namedModules().map(([, module]) => module);
  }

  /**
   * {@link modules} with their paths; the path of this module is `''`.
   *
   * They have the type of modules with one input and one output. Check the class,
   * `module instanceof Cell`, before you call one that may have others.
   */
  namedModules(): Named<Module>[] {
    return unique(treeOf(this).modules);
  }

  /**
   * The module at `path`, as in {@link namedModules}: `model.getSubmodule('net.0')`. Throws if
   * there is none.
   */
  getSubmodule(path: string): Module {
    const { modules } = treeOf(this, { everyPath: true });
    const found = modules.find(([known]) => known === path);
    if (found !== undefined) return found[1];
    const known = modules.flatMap(([known]) => (known === '' ? [] : [known])).join(', ');
    throw new RangeError(
      `getSubmodule: this ${this.constructor.name} has no module at '${path}'; it has ${known || 'none at all'}.`,
    );
  }

  /**
   * Every parameter and buffer by its path: `{ '0.weight': variable, '0.bias': variable }`.
   *
   * It contains the variables themselves, not copies, so they change as the model trains. A shared
   * variable appears under each of its paths, as in PyTorch.
   */
  stateDict(): Record<string, tf.Variable> {
    return Object.fromEntries(treeOf(this, { everyPath: true }).variables);
  }

  /**
   * Copies the tensors of `state` into the variables of the same paths; the caller keeps its
   * tensors.
   *
   * All entries are checked before any is loaded: if any is wrong, one error names every missing,
   * unexpected and misshapen entry, and nothing has been loaded. A variable under two paths (tied
   * weights) needs only one of them. All other entries are required, including
   * `num_batches_tracked`, since each `stateDict` has them. A weight of `Linear` is `[in, out]`
   * here, `[out, in]` in PyTorch: use `loadPyTorchStateDict` for a state of PyTorch's.
   *
   * @returns the missing and the unexpected names; both lists are empty with `strict`, which throws
   *   instead
   */
  loadStateDict(state: StateDict, options: LoadStateDictOptions = {}): LoadReport {
    const checked = checkOptions('loadStateDict', options, LOAD_STATE_DICT_OPTIONS);
    const { variables } = treeOf(this, { everyPath: true });
    return loadVariables(tensors, this.constructor.name, variables, state, checked);
  }

  /**
   * Calls `hook` after every forward pass of this module; returns a function that removes the hook.
   *
   * The hook receives `(module, input, output)`, followed by further inputs if the module has
   * several. Its return value, if any, replaces the output, as in PyTorch, and must have the same
   * form. Hooks run in the order of their registration.
   *
   * The trap: an output that the hook stores is disposed soon after in a `tf.tidy`, under a
   * gradient, and in a `Sequential`, which frees intermediate tensors. Read it in the hook, or
   * `tf.keep` it and dispose it yourself.
   */
  registerForwardHook(hook: ForwardHook<this>): () => void {
    return addForwardHook(this, hook);
  }

  /**
   * Calls `hook` before every forward pass of this module; returns a function that removes the
   * hook.
   *
   * The hook receives `(module, inputs)`. The array that it returns, if any, replaces all inputs.
   *
   * @example
   * ```ts
   * import * as tf from '@tensorflow/tfjs';
   * import { Tanh } from '@trainkit/nn';
   *
   * const layer = new Tanh();
   * const remove = layer.registerForwardPreHook((_module, [x]) => [tf.mul(x, 0)]);
   * console.log(layer.forward(tf.ones([2])).dataSync()); // → Float32Array(2) [ 0, 0 ]
   * remove();
   * ```
   */
  registerForwardPreHook(hook: ForwardPreHook<this>): () => void {
    return addForwardPreHook(this, hook);
  }

  /** Frees the variables of this module and all below it; a second call does nothing. */
  dispose(): void {
    // The variables can be freed even if the tree has a fault.
    for (const [, value] of survey(this, isModule).variables) {
      if (!value.isDisposed) value.dispose();
    }
  }

  /**
   * Creates a parameter with the initial value `value`, and disposes `value`; for subclasses'
   * constructors.
   */
  protected parameter(value: tf.Tensor, options: ParameterOptions = {}): tf.Variable {
    return makeVariable(value, 'parameter', options);
  }

  /**
   * Creates a buffer (kept, saved, not learned) with the initial value `value`, and disposes
   * `value`.
   */
  protected buffer(value: tf.Tensor, options: ParameterOptions = {}): tf.Variable {
    return makeVariable(value, 'buffer', options);
  }
}

/** The tree below `root`; throws if the tree has a fault. */
function treeOf(root: object, options?: { everyPath: boolean }): Tree<Module> {
  const tree = survey(root, isModule, options);
  if (tree.fault !== null) throw new Error(`The module tree of this ${root.constructor.name}: ${tree.fault}`);
  return tree;
}

/** Visits children first. As in PyTorch, a module below two parents is visited for each. */
function applyTo(root: object, visit: (module: Module) => void): void {
  // A list instead of recursion: a chain of thousands of modules must not exhaust the stack.
  const open = [{ module: root, children: unique(childrenOf(root, isModule)).values() }];
  for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
    const next = top.children.next();
    if (next.done !== true) {
      const [, module] = next.value;
      open.push({ module, children: unique(childrenOf(module, isModule)).values() });
    } else {
      open.pop();
      if (isModule(top.module)) visit(top.module);
    }
  }
}
