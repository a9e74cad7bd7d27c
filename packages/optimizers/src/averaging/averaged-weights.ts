import {
  cast,
  dispose,
  variable as makeVariable,
  type Scalar,
  type Tensor,
  tidy,
  type Variable,
} from '@tensorflow/tfjs-core';
import { checkFlag, checkInteger, expected, isPlain, printable, show } from '@trainkit/checks';
import { checkDtype, checkTensorShape } from '@trainkit/checks/tensor';
import { freshScalar, guard, preventCapture, sideEffect } from '@trainkit/kernels/capture';
import type { EvaluatingOptimizer } from '../evaluating.js';
import { givenTwice, notParameters, type Parameter, splitParameter } from '../parameter-groups.js';
import { problemsOf } from '../problems.js';

/** A model whose weights are averaged: a `Module` of `@trainkit/nn`, or any tree like it. */
export interface AveragedModel {
  /** The learned variables with their paths. */
  namedParameters(): readonly (readonly [path: string, variable: Variable])[];
  /** The variables that are kept but not learned, such as running means, with their paths. */
  namedBuffers(): readonly (readonly [path: string, variable: Variable])[];
}

/** The state of averaged weights, under PyTorch's keys; tensors are the averages themselves. */
export interface AveragedState {
  /** The number of updates so far. */
  n_averaged: number;
  /** The averages by path, or by number where variables were given without paths. */
  module: Record<string, Tensor>;
}

/** The option that averages of every kind have. */
export interface AveragingOptions {
  /**
   * True to average a model's buffers too; default false, which copies them in each update, as
   * PyTorch does.
   */
  useBuffers?: boolean | undefined;
}

/** A variable of the model, and the one that holds its average. */
interface Averaged {
  path: string;
  variable: Variable;
  average: Variable;
  isBuffer: boolean;
}

/**
 * The base of averages of weights: PyTorch's `AveragedModel`, with the averages beside the model in
 * place of a second model.
 *
 * The first update copies the weights. While averages are evaluated, the model's variables and the
 * averages have changed places, buffers included. So all that is done to the model then, such as
 * `updateBatchNorm`, is done to the averaged one.
 */
export abstract class AveragedWeights implements EvaluatingOptimizer {
  readonly #name: string;
  readonly #all: readonly Averaged[];
  readonly #useBuffers: boolean;
  #count = 0;
  #evaluating = false;
  #disposed = false;

  /** @param name the name of the class, for errors */
  constructor(
    name: string,
    model: AveragedModel | readonly Parameter[],
    { useBuffers = false }: AveragingOptions,
  ) {
    preventCapture(`it makes averages (${name}); make them outside`);
    checkFlag(name, 'useBuffers', useBuffers);
    this.#name = name;
    this.#useBuffers = useBuffers;
    this.#all = variablesOf(name, model).map((found) => ({
      ...found,
      average: makeVariable(found.variable, false),
    }));
  }

  /** Returns the new average, of a float32 variable or an int32 one; `updates` were made before. */
  protected abstract blend(average: Tensor, current: Tensor, updates: Scalar): Tensor;

  /** The number of updates so far: PyTorch's n_averaged. */
  get updates(): number {
    return guard(() => this.#count);
  }

  /** True while the model's variables hold the averages. */
  get isEvaluating(): boolean {
    return this.#evaluating;
  }

  /** Takes the weights as they are now into the averages: after each step, or once an epoch. */
  update(): void {
    guard(() => {
      this.#checkTraining('update()');
      return '';
    });
    const isFirst = guard(() => this.#count === 0);
    tidy(() => {
      const updates = freshScalar(() => this.#count);
      for (const { variable, average, isBuffer } of this.#all) {
        const isCopied = isFirst || (isBuffer && !this.#useBuffers);
        average.assign(
          isCopied ? variable.clone() : cast(this.blend(average, variable, updates), variable.dtype),
        );
      }
    });
    sideEffect(
      () => void this.#count++,
      () => void this.#count--,
    );
  }

  /**
   * Gives the model's variables the averages. Until {@link train} is called, `update()` and
   * `stateDict()` are errors. A step of an optimizer would change the averages.
   */
  eval(): void {
    preventCapture(`it calls eval() of ${this.#name}; call it between calls`);
    this.#checkAlive();
    if (this.#evaluating) return;
    this.#swap();
    this.#evaluating = true;
  }

  /** Gives the model's variables their training values again, to the bit. */
  train(): void {
    preventCapture(`it calls train() of ${this.#name}; call it between calls`);
    if (!this.#evaluating) return;
    this.#swap();
    this.#evaluating = false;
  }

  /**
   * Runs `f` while the model's variables hold the averages, and returns its result: a validation,
   * or saving the trained model. They hold their training values again afterwards, also where it
   * throws; of an async function, when it has ended.
   */
  evaluate<T>(f: () => Promise<T>): Promise<T>;
  evaluate<T>(f: () => T): T;
  evaluate(f: () => unknown): unknown {
    if (this.#evaluating) return f();
    this.eval();
    let result: unknown;
    try {
      result = f();
    } catch (error) {
      this.train();
      throw error;
    }
    if (result instanceof Promise) return result.finally(() => this.train());
    this.train();
    return result;
  }

  /**
   * The number of updates and the averages. The tensors are the averages themselves, not copies,
   * and change with each update.
   */
  stateDict(): AveragedState {
    this.#checkTraining('stateDict()');
    return {
      n_averaged: this.#count,
      module: Object.fromEntries(this.#all.map(({ path, average }) => [path, average])),
    };
  }

  /**
   * Goes on from a state of {@link stateDict}; the tensors stay the caller's.
   *
   * @throws Error that names everything that does not fit; nothing is loaded then
   */
  loadStateDict(state: AveragedState): void {
    preventCapture(`it loads a state into ${this.#name}; load it between calls`);
    this.#checkTraining('loadStateDict()');
    const where = `${this.#name}.loadStateDict`;
    if (!isPlain(state)) {
      throw new TypeError(
        expected(where, 'state', state, '{ n_averaged, module }, as stateDict() returns it'),
      );
    }
    const { n_averaged, module } = state;
    const given: Readonly<Record<string, Tensor>> = isPlain(module) ? module : {};
    const problems = [
      ...problemsOf(
        () => checkInteger(where, 'n_averaged', n_averaged),
        () => {
          if (!isPlain(module))
            throw new TypeError(expected(where, 'module', module, 'tensors by their paths'));
        },
      ),
      ...(isPlain(module) ? this.#misfits(where, given) : []),
    ];
    if (problems.length > 0) throw new Error(printable(problems.join('\n')));
    // Copies first: the state may be this object's own.
    const values = tidy(() => this.#all.map(({ path }) => given[path]!.clone()));
    for (const [i, { average }] of this.#all.entries()) average.assign(values[i]!);
    dispose(values);
    this.#count = n_averaged;
  }

  /** Frees the averages, not the model's variables, which get their training values again. */
  dispose(): void {
    if (this.#disposed) return;
    if (this.#all.every(({ variable }) => !variable.isDisposed)) this.train();
    this.#disposed = true;
    for (const { average } of this.#all) average.dispose();
  }

  #swap(): void {
    for (const { variable } of this.#all) this.#checkVariable(variable);
    tidy(() => {
      for (const { variable, average } of this.#all) {
        const held = variable.clone();
        variable.assign(average.clone());
        average.assign(held);
      }
    });
  }

  #misfits(where: string, given: Readonly<Record<string, Tensor>>): string[] {
    const known = new Set(this.#all.map(({ path }) => path));
    const missing = [...known].filter((path) => !Object.hasOwn(given, path));
    const unexpected = Object.keys(given).filter((path) => !known.has(path));
    const present = this.#all.filter(({ path }) => Object.hasOwn(given, path));
    return [
      ...(missing.length > 0 ? [`${where}: missing: ${missing.join(', ')}`] : []),
      ...(unexpected.length > 0 ? [`${where}: unexpected: ${unexpected.join(', ')}`] : []),
      ...present.flatMap(({ path, average }) =>
        problemsOf(() => {
          checkDtype(where, path, given[path], average.dtype);
          checkTensorShape(where, path, given[path]!, average.shape, 'that of the variable');
        }),
      ),
    ];
  }

  #checkVariable({ isDisposed, name }: Variable): void {
    if (!isDisposed) return;
    throw new Error(
      `${this.#name}: the variable ${show(name)} is disposed; expected the variables that it was made with. ` +
        'Dispose the averages before the model.',
    );
  }

  #checkAlive(): void {
    if (this.#disposed) throw new Error(`${this.#name}: these averages are disposed.`);
  }

  #checkTraining(what: string): void {
    this.#checkAlive();
    for (const { variable } of this.#all) this.#checkVariable(variable);
    if (!this.#evaluating) return;
    throw new Error(
      `${this.#name}: received ${what} after eval(), while the model holds the averages; expected it in training. ` +
        'Write average.train() before it, or average.evaluate(() => …) in place of eval().',
    );
  }
}

function variablesOf(
  where: string,
  model: AveragedModel | readonly Parameter[],
): Omit<Averaged, 'average'>[] {
  if (isModel(model)) {
    return [
      ...model.namedParameters().map(([path, variable]) => ({ path, variable, isBuffer: false })),
      ...model.namedBuffers().map(([path, variable]) => ({ path, variable, isBuffer: true })),
    ];
  }
  if (!Array.isArray(model) || model.length === 0) {
    throw notParameters(where, 'model', model, 'a module or an array of variables');
  }
  const seen = new Map<Variable, string>();
  const paths = new Set<string>();
  return model.map((parameter: Parameter, i) => {
    const { variable, path = `${i}` } = splitParameter(where, parameter);
    const other = seen.get(variable) ?? (paths.has(path) ? path : undefined);
    if (other !== undefined) throw givenTwice(where, path, other);
    seen.set(variable, path);
    paths.add(path);
    return { path, variable, isBuffer: false };
  });
}

function isModel(model: unknown): model is AveragedModel {
  return (
    typeof model === 'object' &&
    model !== null &&
    'namedParameters' in model &&
    'namedBuffers' in model &&
    typeof model.namedParameters === 'function' &&
    typeof model.namedBuffers === 'function'
  );
}
