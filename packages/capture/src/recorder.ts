import {
  type DataId,
  engine,
  type Optimizer,
  type Scalar,
  scalar,
  type Tensor,
  type TensorInfo,
  tidy,
  Variable,
} from '@tensorflow/tfjs-core';
import { show } from '@trainkit/checks';
import {
  activeRecorder,
  type CaptureRecorder,
  type GuardValue,
  type ResourceUpdate,
  withRecorder,
} from '@trainkit/kernels/capture';
import type { NativeValues } from '@trainkit/kernels/node';
import { findAliases } from './aliases.js';
import { InitialValues } from './initial-values.js';
import { type Observer, runningOp, type Within } from './observer.js';
import type { Alias, Call, Constant, Guard, HostEvent, Identity, Recording, Source } from './recording.js';
import { flatten, type Structure, tidied, values } from './structure.js';
import type { Target } from './target.js';
import { TensorOrigins } from './tensor-origins.js';
import { watch } from './watch.js';

/** A recorded run: what it returned, what it did, and what it started from. */
export interface Recorded<T> {
  returned: T;
  recording: Recording;
  /** The data behind the recording's sources, as they were: to run it again. */
  dataOf: (source: Source) => DataId | null;
  /** The numbers of the host events in that run. */
  numbers: readonly number[];
  /** The tensors that it returned. */
  results: readonly Tensor[];
  /** Lets go of what the run started from. */
  release: () => void;
}

/** Runs a step eagerly, in a tidy, and writes down what it does. */
export function record<T>(target: Target, step: () => T, args: readonly Tensor[]): Recorded<T> {
  const recorder = new Recorder(target, args);
  try {
    return recorder.run(step);
  } catch (error) {
    recorder.release();
    throw error;
  }
}

/** A call as it is told; what is left out is empty. */
type NewCall = Pick<Call, 'op' | 'inputs'> & Partial<Omit<Call, 'outputs'>>;

/** The variables of the program. */
function variables(): Variable[] {
  return Object.values(engine().registeredVariables);
}

class Recorder implements CaptureRecorder, Observer {
  readonly #target: Target;
  readonly #args: readonly Tensor[];
  readonly #origins: TensorOrigins;
  readonly #calls: Call[] = [];
  readonly #constants: Constant[] = [];
  readonly #hostEvents: HostEvent[] = [];
  readonly #guards: Guard[] = [];
  readonly #numbers: number[] = [];
  readonly #initialValues: InitialValues;
  /** The modes that the step has set, with their first values. */
  readonly #modes = new Map<object, { what: string; read: () => GuardValue; before: GuardValue }>();
  #aliases: readonly Alias[] = [];
  #trainable: ReadonlyMap<Variable, boolean> = new Map();
  /** The number of the first tensor of the step; those of earlier ones are smaller. */
  #firstTensor = 0;
  #refusal: string | null = null;
  /** The tensors that were made in the step and are not disposed. */
  readonly #alive = new Set<Tensor>();
  /** The number of tensors of before the step that it has disposed of. */
  #gone = 0;
  /** True once it has called Math.random. */
  #draws = false;

  constructor(target: Target, args: readonly Tensor[]) {
    this.#target = target;
    this.#args = args;
    this.#initialValues = new InitialValues(args);
    this.#origins = new TensorOrigins(target, (reason) => this.refuse(reason));
  }

  /** Looks at what is there before the step. */
  #begin(): void {
    const args = this.#args;
    const probe = scalar(0);
    this.#firstTensor = probe.id;
    probe.dispose();
    this.#trainable = new Map(variables().map((variable) => [variable, variable.trainable]));
    this.#aliases = findAliases(this.#target, variables(), args);
    for (const variable of variables()) {
      this.#initialValues.keepVariable(variable);
      this.#origins.set(variable.dataId, {
        kind: 'variable',
        variable,
        ...this.#origins.kindOf(variable.dataId),
      });
    }
    for (const [index, argument] of args.entries()) {
      const { dataId } = argument;
      if (this.#origins.get(dataId) !== undefined) {
        if (variables().some((variable) => variable === argument)) continue;
        this.refuse(
          'an argument shares its data with another one or with a variable; pass a tensor of its own',
        );
      }
      this.#origins.set(dataId, { kind: 'argument', index, ...this.#origins.kindOf(dataId) });
    }
  }

  run<T>(step: () => T): Recorded<T> {
    this.#begin();
    const known = new Set(variables());
    const stop = watch(this.#target, this);
    let returned: T;
    try {
      returned = withRecorder(this, () => tidied(step));
    } finally {
      stop();
    }
    const { structure, tensors: results } = flatten(returned);
    const identities = results.map((result) => this.#identityOf(result));
    this.#checkReturned(structure);
    this.#checkModes();
    // Told last: an op that draws natively seeds itself so.
    if (this.#draws) this.refuse(DRAWS);
    if (variables().some((variable) => !known.has(variable))) this.refuse('it makes a variable');
    if (this.#args.some(({ isDisposed }) => isDisposed))
      this.refuse('it disposes of an argument; do so outside');
    this.#checkLeft(results);
    const recording: Recording = {
      calls: this.#calls,
      constants: this.#constants,
      hostEvents: this.#hostEvents,
      guards: this.#guards,
      assigned: this.#assigned(),
      aliases: this.#aliases,
      structure,
      results: results.map((result, i) => ({
        source: this.#resultSource(result),
        identity: identities[i] ?? null,
        shape: result.shape,
        dtype: result.dtype,
      })),
      refusal: this.#refusal,
    };
    return {
      returned,
      recording,
      results,
      numbers: this.#numbers,
      dataOf: (source) => this.#initialValues.dataOf(source),
      release: () => this.release(),
    };
  }

  release(): void {
    this.#initialValues.release();
  }

  // What the parts of a step tell: CaptureRecorder.

  input(make: () => Tensor, depends: readonly unknown[]): Tensor {
    const tensor = withRecorder(null, () => tidy(make));
    const { shape, dtype } = tensor;
    this.#enter({ kind: 'input', make, depends, shape, dtype }, tensor);
    return tensor;
  }

  number(read: () => number): Scalar {
    const value = withRecorder(null, read);
    const tensor = withRecorder(null, () => scalar(value));
    this.#enter({ kind: 'number', read }, tensor);
    this.#numbers.push(value);
    return tensor;
  }

  effect(run: () => void, undo: () => void): void {
    this.#hostEvents.push({ kind: 'effect', run, undo });
    withRecorder(null, run);
  }

  mode(owner: object, read: () => GuardValue): void {
    // What the step has set itself is no condition of it.
    if (this.#modes.has(owner)) return;
    this.guard(read, [], withRecorder(null, read));
  }

  setMode(owner: object, what: string, read: () => GuardValue): void {
    if (this.#modes.has(owner)) return;
    const before = withRecorder(null, read);
    this.guard(read, [], before);
    this.#modes.set(owner, { what, read, before });
  }

  guard(
    read: (...tensors: Tensor[]) => GuardValue,
    tensors: readonly Tensor[],
    value: GuardValue,
    advice?: string,
  ): void {
    const sources = this.sourcesOf(tensors);
    // Constants are the same in every replay, and so is what they alone decide.
    if (sources.length > 0 && sources.every(({ kind }) => kind === 'constant')) return;
    if (sources.some(({ kind }) => kind === 'result' || kind === 'input' || kind === 'constant')) {
      this.refuse(
        'it decides by values that it has computed (crossEntropy looks at labels: let them be an argument)',
      );
    }
    const seen = tensors.map(({ shape, dtype }, i) => ({ source: sources[i]!, shape, dtype }));
    this.#guards.push({ read, tensors: seen, value, advice });
  }

  update({ op, variables, inputs, flags }: ResourceUpdate, run: () => Tensor[]): Tensor[] {
    const sources = this.sourcesOf([...variables, ...inputs]);
    const outputs = withRecorder(null, run);
    this.#call({ op, flags, inputs: sources, updates: variables.length }, outputs);
    return outputs;
  }

  /** The first reason is told. */
  refuse(reason: string): void {
    this.#refusal ??= reason;
  }

  // What the backend tells: Observer.

  get isWatching(): boolean {
    return activeRecorder() === this;
  }

  sourcesOf(inputs: readonly (TensorInfo | null)[]): Source[] {
    return inputs.map((input) => (input === null ? { kind: 'absent' } : this.#origins.of(input.dataId)));
  }

  ran(call: NewCall, outputs: readonly TensorInfo[]): void {
    this.#call(call, outputs);
  }

  ranKernel(
    kernel: string,
    tensors: readonly (TensorInfo | null)[],
    outputs: readonly TensorInfo[],
    numbers: readonly number[],
  ): void {
    this.#setResults(outputs);
    this.#call({ op: kernel, numbers: [...numbers], inputs: this.sourcesOf(tensors) }, outputs);
  }

  reading(dataId: DataId, within: Within): void {
    if (this.#origins.get(dataId)?.kind === 'constant') return;
    const by = runningOp(within);
    this.refuse(
      by === null
        ? 'it reads the values of a tensor (dataSync, data, array, print); return the tensor and read it outside'
        : `${by} reads the values of a tensor, which a graph cannot do`,
    );
  }

  drawing(): void {
    this.#draws = true;
  }

  bypassing(): void {
    this.refuse('it calls TensorFlow by other ways than ops');
  }

  counting(optimizer: Optimizer, count: () => void): void {
    // Those of TensorFlow.js have their options in plain properties, and compute with them in
    // JavaScript.
    const options = () => optionsText(optimizer);
    this.guard(options, [], options());
    let before = 0;
    const counted = () => {
      before = optimizer.iterations;
      count();
    };
    this.effect(counted, () => void Reflect.set(optimizer, 'iterations_', before));
  }

  made(dataId: DataId): void {
    this.#origins.addUnknown(dataId);
  }

  tracked(tensor: Tensor): void {
    // Variables go by what was assigned to them, and are looked at in the end.
    if (!(tensor instanceof Variable)) this.#alive.add(tensor);
  }

  disposed(tensor: Tensor): void {
    if (tensor instanceof Variable || this.#alive.delete(tensor)) return;
    this.#gone++;
  }

  moved(dataId: DataId, given: NativeValues, shape: readonly number[]): void {
    if (!this.isWatching) {
      this.#origins.addUnknown(dataId);
      return;
    }
    const index = this.#constants.push({ ...this.#origins.kindOf(dataId), values: given.slice(), shape }) - 1;
    this.#origins.set(dataId, { kind: 'constant', index });
  }

  #enter(entry: HostEvent, tensor: Tensor): void {
    const index = this.#hostEvents.push(entry) - 1;
    this.#origins.set(tensor.dataId, { kind: 'input', entry: index, ...this.#origins.kindOf(tensor.dataId) });
    this.#initialValues.keepMade(index, tensor);
  }

  /** Says that tensors are the outputs of the next call. */
  #setResults(outputs: readonly TensorInfo[]): void {
    const call = this.#calls.length;
    for (const [output, { dataId }] of outputs.entries())
      this.#origins.set(dataId, { kind: 'result', call, output });
  }

  #call(call: NewCall, outputs: readonly TensorInfo[]): void {
    this.#setResults(outputs);
    const kinds = outputs.map(({ dataId }) => this.#origins.kindOf(dataId));
    this.#calls.push({ attributes: [], flags: {}, numbers: [], updates: 0, ...call, outputs: kinds });
  }

  #resultSource(result: Tensor): Source {
    if (result.isDisposed) return { kind: 'external', dataId: result.dataId, shape: [], dtype: 0 };
    const { shape } = this.#origins.kindOf(result.dataId);
    if (!this.#target.sharesAcrossShapes && shape.join() !== result.shape.join())
      this.refuse('it returns a tensor of another shape than its data have');
    return this.#origins.of(result.dataId);
  }

  #identityOf(result: Tensor): Identity | null {
    const index = this.#args.indexOf(result);
    if (index !== -1) return { kind: 'argument', index };
    const variable = variables().find((one) => one === result);
    if (variable !== undefined) return { kind: 'variable', variable };
    return result.id < this.#firstTensor ? { kind: 'held', tensor: result } : null;
  }

  #assigned(): Recording['assigned'] {
    return [...this.#initialValues.variables].flatMap(([variable, before]) => {
      if (variable.isDisposed) {
        this.refuse('it disposes of a variable');
        return [];
      }
      return variable.dataId === before.dataId
        ? []
        : [{ variable, source: this.#origins.of(variable.dataId) }];
    });
  }

  #checkModes(): void {
    for (const { what, read, before } of this.#modes.values()) {
      if (!Object.is(withRecorder(null, read), before))
        this.refuse(`it changes a mode by ${what} and leaves it so; do so between calls`);
    }
    for (const [variable, before] of this.#trainable) {
      if (variable.trainable !== before)
        this.refuse(`it freezes or thaws the variable ${show(variable.name)}; do so between calls`);
    }
  }

  #checkReturned(structure: Structure): void {
    if (values(structure).every((value) => value === undefined || value === null)) return;
    this.refuse('it returns something that is neither a tensor nor an array or plain object of tensors');
  }

  #checkLeft(results: readonly Tensor[]): void {
    for (const tensor of [...results, ...this.#initialValues.made]) this.#alive.delete(tensor);
    const [left, gone] = [this.#alive.size, this.#gone];
    if (left > 0 && gone > 0)
      this.refuse(
        `it disposes of ${gone} tensors that it has not made, and leaves ${left} behind; keep what goes on from call ` +
          'to call in a variable that is made outside',
      );
    if (left > 0)
      this.refuse(`it leaves ${left} tensors behind that it does not return; return or dispose them in it`);
    if (gone > 0) this.refuse(`it disposes of ${gone} tensors that it has not made; dispose of them outside`);
  }
}

const DRAWS =
  'it calls Math.random, as tf.dropout and tf.randomNormal without a seed do; pass what is drawn as an argument, or use ' +
  'dropout of @trainkit/dropout';

/** The numbers, truth values and texts of an optimizer, but the count of its steps. */
function optionsText(optimizer: Optimizer): string {
  const plain = Object.entries(optimizer).filter(
    ([key, value]) => key !== 'iterations_' && ['number', 'boolean', 'string'].includes(typeof value),
  );
  return JSON.stringify(plain);
}
