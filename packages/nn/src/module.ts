import type * as tf from '@tensorflow/tfjs-core';
import { checkOptions, expected, type OptionNames } from '@trainkit/checks';
import { setStepMode, stepMode } from '@trainkit/kernels';
import { callWithHooks, type ForwardHook } from './hooks.js';
import { freeze, isParameter, makeVariable, type ParameterOptions, unfreeze } from './parameter.js';
import { type LoadReport, loadVariables, type StateDict, tensors } from './state-dict.js';
import { childrenOf, type Named, survey, unique } from './tree.js';

const BRAND: unique symbol = Symbol.for('@trainkit/nn.Module');

/** Whether `value` is a Module, of this copy of the package or another. */
export function isModule(value: unknown): value is Module {
  return typeof value === 'object' && value !== null && BRAND in value;
}

/** Throws unless `value` is a Module. */
export function checkModule(where: string, name: string, value: unknown): asserts value is Module {
  if (!isModule(value)) throw new TypeError(expected(where, name, value, 'a Module'));
}

/**
 * A part of a neural network: a layer, or a network of layers, as PyTorch's `nn.Module`.
 *
 * A subclass assigns its layers and variables to properties and implements {@link forward}. What is found there,
 * in order of assignment, is the tree: Modules and `tf.Variable`s, also in arrays and plain objects, nested to any
 * depth, as in PyTorch's `ModuleList`, `ModuleDict` and `ParameterList` (paths `layers.0`, `blocks.0.1`, `heads.left`).
 * A property that is `null` is a part switched off. Not seen, and so not part of the tree, is what stands in a Map, a
 * Set, an instance of another class, or a private `#field`: the place for a reference to the parent, since a module
 * below itself is an error.
 *
 * Paths are PyTorch's: the property `runningMean` of the child `hiddenNorm` is `hidden_norm.running_mean`. They live
 * in the tree, not in `variable.name`, so that two models never clash; two different parts under one path, such as
 * the properties `fooBar` and `foo_bar`, are an error.
 *
 * The trap: TensorFlow.js trains every variable of the program unless it is told which. Pass
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
export abstract class Module {
  #training = true;

  /** Whether the module trains (the start) or evaluates; {@link train} and {@link eval} set it for the whole tree. */
  get training(): boolean {
    // A recorded step is one of its layers' modes.
    return stepMode(this, () => this.#training);
  }

  set training(training: boolean) {
    setStepMode(this, 'train() or eval()', () => this.#training);
    this.#training = training;
  }

  /** The output for `x`. Hooks fire here: call `layer.forward(x)`, never a subclass's own helper. */
  abstract forward(x: tf.Tensor): tf.Tensor;

  /** Marks a Module for every copy of this package in a program, which `instanceof` would tell apart. */
  get [BRAND](): true {
    return true;
  }

  /** Switches this module and all below it to training, or with `false` to evaluation. */
  train(mode = true): this {
    for (const module of this.modules()) module.training = mode;
    return this;
  }

  /** Switches this module and all below it to evaluation; the same as `train(false)`. */
  eval(): this {
    return this.train(false);
  }

  /** Calls `visit` with every module below this one, children before their parents, and with this one last. */
  apply(visit: (module: Module) => void): this {
    treeOf(this); // throws where the tree has a cycle
    for (const child of this.children()) child.apply(visit);
    visit(this);
    return this;
  }

  /**
   * Freezes (`false`) or thaws (`true`) the parameters of this module and all below it.
   *
   * A frozen parameter stays in {@link parameters}; `tf.variableGrads` and optimizers leave it alone, since its
   * `trainable` is false. Buffers are never touched.
   */
  requiresGrad(flag = true): this {
    for (const parameter of this.parameters()) (flag ? unfreeze : freeze)(parameter);
    return this;
  }

  /** The variables that are learned, each once, also where two modules share one. */
  parameters(): tf.Variable[] {
    return this.namedParameters().map(([, parameter]) => parameter);
  }

  /** {@link parameters} with their paths: `[['0.weight', variable], …]`. */
  namedParameters(): Named<tf.Variable>[] {
    return unique(treeOf(this).variables).filter(([, value]) => isParameter(value));
  }

  /** The variables that are kept but not learned, such as running means: created with `trainable: false`. */
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
    return unique(childrenOf<Module>(this, isModule));
  }

  /** This module and all below it, each once, parents before their children. */
  modules(): Module[] {
    return this.namedModules().map(([, module]) => module);
  }

  /** {@link modules} with their paths; the path of this module is `''`. */
  namedModules(): Named<Module>[] {
    return unique(treeOf(this).modules);
  }

  /** The module at `path`, as in {@link namedModules}: `model.getSubmodule('net.0')`. Throws where there is none. */
  getSubmodule(path: string): Module {
    const { modules } = treeOf(this);
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
   * The variables themselves, not copies: they change as the model trains. A variable that is shared appears under
   * each of its paths, as PyTorch's does.
   */
  stateDict(): Record<string, tf.Variable> {
    return Object.fromEntries(treeOf(this).variables);
  }

  /**
   * Copies the tensors of `state` into the variables of the same paths; the caller keeps its tensors.
   *
   * Checks first and loads after: where anything is wrong, one error names every missing, unexpected and misshapen
   * entry, and nothing has been loaded. A weight of `Linear` is `[in, out]` here, `[out, in]` in PyTorch:
   * `loadPyTorchStateDict` loads what comes from there.
   *
   * @returns the names that were missing and unexpected (with `strict`, none: it throws instead)
   */
  loadStateDict(state: StateDict, options: LoadStateDictOptions = {}): LoadReport {
    const { strict = true } = checkOptions('loadStateDict', options, LOAD_STATE_DICT_OPTIONS);
    return loadVariables(tensors, this.constructor.name, treeOf(this).variables, state, strict);
  }

  /**
   * Calls `hook` after every forward pass of this module; returns a function that removes the hook.
   *
   * What the hook returns, if anything, takes the output's place, as in PyTorch. Hooks run in the order of their
   * registration.
   *
   * The trap: in a `tf.tidy`, under a gradient and in a `Sequential`, which frees what its layers pass on, an output
   * that the hook stores is disposed soon after. Read it in the hook, or `tf.keep` it and dispose it yourself.
   */
  registerForwardHook(hook: ForwardHook<this>): () => void {
    return callWithHooks(this, hook);
  }

  /** Frees the variables of this module and all below it; a second call does nothing. */
  dispose(): void {
    // Whatever is wrong with the tree, its variables can be freed.
    for (const [, value] of survey<Module>(this, isModule).variables) {
      if (!value.isDisposed) value.dispose();
    }
  }

  /** Makes a parameter that starts as `value`, and disposes `value`: for subclasses' constructors. */
  protected parameter(value: tf.Tensor, options: ParameterOptions = {}): tf.Variable {
    return makeVariable(value, true, options);
  }

  /** Makes a buffer (kept, saved, not learned) that starts as `value`, and disposes `value`. */
  protected buffer(value: tf.Tensor, options: ParameterOptions = {}): tf.Variable {
    return makeVariable(value, false, options);
  }
}

/** How {@link Module.loadStateDict} loads. */
export interface LoadStateDictOptions {
  /** Whether a missing or an unexpected name is an error, default true. A wrong shape or dtype always is. */
  strict?: boolean | undefined;
}

export const LOAD_STATE_DICT_OPTIONS: OptionNames<LoadStateDictOptions> = { strict: true };

/** The tree below `root`; throws where something is wrong with it. */
function treeOf(root: Module) {
  const tree = survey<Module>(root, isModule);
  if (tree.fault !== null) throw new Error(`The module tree of this ${root.constructor.name}: ${tree.fault}`);
  return tree;
}
