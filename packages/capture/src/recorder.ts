import {
  clone,
  type DataId,
  dispose,
  engine,
  keep,
  Optimizer,
  type Scalar,
  scalar,
  type Tensor,
  type Variable,
} from '@tensorflow/tfjs-core';
import { type Fact, recordStep, type StepRecorder, type StepUpdate, stepRecorder } from '@trainkit/kernels';
import type { Attribute, Metadata, NativeBackend, Values } from './native.js';
import type { Call, Constant, Identity, Kind, RecordedFact, Recording, Result, ScriptEntry, Source } from './recording.js';
import { flatten, type Structure, tidied, values } from './structure.js';
import { KNOWN_OPS } from './known-ops.js';

/** A recorded run: what it returned, what it did, and what it started from. */
export interface Recorded<T> {
  returned: T;
  recording: Recording;
  /** The data behind the recording's sources, as they were: to run it again. */
  dataOf: (source: Source) => DataId | null;
  /** The script's numbers in that run. */
  numbers: readonly number[];
  /** The tensors that it returned. */
  results: readonly Tensor[];
  /** Lets go of what the run started from. */
  release: () => void;
}

/** Runs a step eagerly, in a tidy, and writes down what it does. */
export function record<T>(backend: NativeBackend, step: () => T, args: readonly Tensor[]): Recorded<T> {
  const recorder = new Recorder(backend, args);
  try {
    return recorder.run(step);
  } catch (error) {
    recorder.release();
    throw error;
  }
}

/** The variables of the program. */
function variables(): Variable[] {
  return Object.values(engine().registeredVariables);
}

class Recorder implements StepRecorder {
  readonly #backend: NativeBackend;
  readonly #sources = new Map<DataId, Source>();
  readonly #calls: Call[] = [];
  readonly #constants: Constant[] = [];
  readonly #script: ScriptEntry[] = [];
  readonly #facts: RecordedFact[] = [];
  readonly #numbers: number[] = [];
  readonly #before = new Map<Variable, Tensor>();
  readonly #args: readonly Tensor[];
  /** What script entries made, kept to run the recording again. */
  readonly #made = new Map<number, Tensor>();
  /** Data that came to be in the step, by ways that nothing is known of. */
  readonly #unknown = new Set<DataId>();
  #refusal: string | null = null;

  constructor(backend: NativeBackend, args: readonly Tensor[]) {
    this.#backend = backend;
    this.#args = args;
    for (const variable of variables()) {
      this.#before.set(variable, own(variable));
      this.#sources.set(variable.dataId, { kind: 'variable', variable, ...this.#kindOf(variable.dataId) });
    }
    for (const [index, { dataId }] of args.entries()) {
      if (this.#sources.has(dataId)) {
        this.#refuse('an argument has the data of another argument or of a variable; pass a tensor of its own');
      }
      this.#sources.set(dataId, { kind: 'argument', index, ...this.#kindOf(dataId) });
    }
  }

  run<T>(step: () => T): Recorded<T> {
    const tensors = engine().state.numTensors;
    const known = new Set(variables());
    const restore = this.#watch();
    let returned: T;
    try {
      returned = recordStep(this, () => tidied(step));
    } finally {
      restore();
    }
    const { structure, tensors: results } = flatten(returned);
    const identities = results.map((result) => this.#identityOf(result));
    this.#checkReturned(structure);
    if (variables().some((variable) => !known.has(variable))) this.#refuse('it makes a variable');
    const left = engine().state.numTensors - tensors - identities.filter((one) => one === null).length - this.#made.size;
    if (left !== 0) {
      this.#refuse(`it leaves ${left} tensors behind that it does not return; return them, or dispose of them in it`);
    }
    const recording = {
      calls: this.#calls,
      constants: this.#constants,
      script: this.#script,
      facts: this.#facts,
      assigned: this.#assigned(),
      structure,
      results: results.map(({ dataId }, i): Result => {
        const identity = identities[i] ?? null;
        return { source: this.#sourceOf(dataId), identity };
      }),
      refusal: this.#refusal,
    };
    return {
      returned,
      recording,
      results,
      numbers: this.#numbers,
      dataOf: (source) => this.#dataOf(source),
      release: () => this.release(),
    };
  }

  release(): void {
    dispose([...this.#before.values(), ...this.#made.values()]);
    this.#before.clear();
    this.#made.clear();
  }

  input(make: () => Tensor): Tensor {
    const tensor = recordStep(null, make);
    const { shape, dtype } = tensor;
    this.#enter({ kind: 'input', make, shape, dtype }, tensor);
    return tensor;
  }

  number(read: () => number): Scalar {
    const value = recordStep(null, read);
    const tensor = recordStep(null, () => scalar(value));
    this.#enter({ kind: 'number', read }, tensor);
    this.#numbers.push(value);
    return tensor;
  }

  effect(run: () => void): void {
    this.#script.push({ kind: 'effect', run });
    recordStep(null, run);
  }

  fact(read: (...tensors: Tensor[]) => Fact, tensors: readonly Tensor[], value: Fact): void {
    const sources = tensors.map(({ dataId }) => this.#sourceOf(dataId));
    if (sources.some(({ kind }) => kind === 'result' || kind === 'input')) {
      this.#refuse('it decides by a value that it has computed');
    }
    this.#facts.push({ read, tensors: sources, value });
  }

  update({ op, variables, inputs, flags }: StepUpdate, run: () => Tensor[]): Tensor[] {
    const { binding } = this.#backend;
    const sources = [...variables, ...inputs].map(({ dataId }) => this.#sourceOf(dataId));
    const outputs = recordStep(null, run);
    const attributes = [
      { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
      ...Object.entries(flags).map(([name, value]) => ({ name, type: binding.TF_ATTR_BOOL, value })),
    ];
    this.#call({ op, attributes, inputs: sources, updates: variables.length }, outputs);
    return outputs;
  }

  #enter(entry: ScriptEntry, tensor: Tensor): void {
    const index = this.#script.push(entry) - 1;
    this.#unknown.delete(tensor.dataId);
    this.#sources.set(tensor.dataId, { kind: 'input', entry: index, ...this.#kindOf(tensor.dataId) });
    this.#made.set(index, own(tensor));
  }

  /** Lets the backend tell of what it does; returns what ends that. */
  #watch(): () => void {
    const backend = this.#backend;
    const { executeSingleOutput, executeMultipleOutputs, createOutputTensor, move, read, readSync } = backend;
    const count = countingMethod();
    const watching = () => stepRecorder() === this;
    const single = (op: string, attributes: Attribute[], inputs: Tensor[]): Tensor => {
      if (!watching()) return executeSingleOutput.call(backend, op, attributes, inputs);
      const sources = inputs.map(({ dataId }) => this.#sourceOf(dataId));
      const output = executeSingleOutput.call(backend, op, attributes, inputs);
      this.#call({ op, attributes, inputs: sources, updates: 0 }, [output]);
      return output;
    };
    const multiple = (op: string, attributes: Attribute[], inputs: Tensor[], count: number): Tensor[] => {
      if (!watching()) return executeMultipleOutputs.call(backend, op, attributes, inputs, count);
      const sources = inputs.map(({ dataId }) => this.#sourceOf(dataId));
      const outputs = executeMultipleOutputs.call(backend, op, attributes, inputs, count);
      this.#call({ op, attributes, inputs: sources, updates: 0 }, outputs);
      return outputs;
    };
    const patches: Partial<NativeBackend> = {
      executeSingleOutput: single,
      executeMultipleOutputs: multiple,
      createOutputTensor: (metadata: Metadata): Tensor => {
        const tensor = createOutputTensor.call(backend, metadata);
        this.#unknown.add(tensor.dataId);
        return tensor;
      },
      move: (dataId, given, shape, dtype, refCount) => {
        move.call(backend, dataId, given, shape, dtype, refCount);
        if (watching()) this.#constant(dataId, given, shape);
        else this.#unknown.add(dataId);
      },
      read: (dataId) => {
        if (watching()) this.#checkRead(dataId);
        return read.call(backend, dataId);
      },
      readSync: (dataId) => {
        if (watching()) this.#checkRead(dataId);
        return readSync.call(backend, dataId);
      },
    };
    Object.assign(backend, patches);
    // Stock optimizers count their steps in JavaScript.
    setCountingMethod(this.#counting(count));
    return () => {
      // The methods of the class, which these hid.
      for (const name of Object.keys(patches)) Reflect.deleteProperty(backend, name);
      setCountingMethod(count);
    };
  }

  #counting(increment: CountingMethod): CountingMethod {
    const count = (optimizer: Optimizer) => {
      if (stepRecorder() === this) this.effect(() => increment.call(optimizer));
      else increment.call(optimizer);
    };
    return function (this: Optimizer): void {
      count(this);
    };
  }

  #call(call: Omit<Call, 'outputs'>, outputs: readonly Tensor[]): void {
    if (!KNOWN_OPS.has(call.op)) this.#refuse(`it uses ${call.op}, which is not known to give the same in a graph`);
    const index = this.#calls.length;
    for (const [output, { dataId }] of outputs.entries()) {
      this.#unknown.delete(dataId);
      this.#sources.set(dataId, { kind: 'result', call: index, output });
    }
    this.#calls.push({ ...call, outputs: outputs.map(({ dataId }) => this.#kindOf(dataId)) });
  }

  #constant(dataId: DataId, given: Values, shape: readonly number[]): void {
    const index = this.#constants.push({ ...this.#kindOf(dataId), values: given.slice(), shape }) - 1;
    this.#sources.set(dataId, { kind: 'constant', index });
  }

  #checkRead(dataId: DataId): void {
    if (this.#sources.get(dataId)?.kind === 'constant') return;
    this.#refuse('it reads the values of a tensor (dataSync, data, array, print); return the tensor and read it outside');
  }

  #sourceOf(dataId: DataId): Source {
    const known = this.#sources.get(dataId);
    if (known !== undefined) return known;
    if (this.#unknown.has(dataId)) this.#refuse('it uses a tensor that was made in a way that cannot be recorded');
    const source: Source = { kind: 'outside', dataId, ...this.#kindOf(dataId) };
    this.#sources.set(dataId, source);
    return source;
  }

  #kindOf(dataId: DataId): Kind {
    const { shape, dtype } = this.#backend.tensorMap.get(dataId);
    return { shape, dtype };
  }

  #identityOf(result: Tensor): Identity | null {
    const index = this.#args.indexOf(result);
    if (index !== -1) return { kind: 'argument', index };
    const variable = variables().find((one) => one === result);
    return variable === undefined ? null : { kind: 'variable', variable };
  }

  #assigned(): Recording['assigned'] {
    return [...this.#before].flatMap(([variable, before]) =>
      variable.isDisposed || variable.dataId === before.dataId
        ? []
        : [{ variable, source: this.#sourceOf(variable.dataId) }],
    );
  }

  #checkReturned(structure: Structure): void {
    if (values(structure).every((value) => value === undefined || value === null)) return;
    this.#refuse('it returns something that is neither a tensor nor an array or plain object of tensors');
  }

  #dataOf(source: Source): DataId | null {
    switch (source.kind) {
      case 'argument':
        return this.#args[source.index]?.dataId ?? null;
      case 'variable':
        return this.#before.get(source.variable)?.dataId ?? null;
      case 'outside':
        return source.dataId;
      case 'input':
        return this.#made.get(source.entry)?.dataId ?? null;
      default:
        return null;
    }
  }

  /** The first reason is told. */
  #refuse(reason: string): void {
    this.#refusal ??= reason;
  }
}

/** A tensor of the same data that no tidy disposes of. */
function own(tensor: Tensor): Tensor {
  return keep(clone(tensor));
}

type CountingMethod = (this: Optimizer) => void;

/** What stock optimizers count their steps with; protected, so that TypeScript lets no other class see it. */
function countingMethod(): CountingMethod {
  const method: unknown = Reflect.get(Optimizer.prototype, 'incrementIterations');
  if (typeof method === 'function') return function (this: Optimizer): void { Reflect.apply(method, this, []); };
  return () => {};
}

function setCountingMethod(method: CountingMethod): void {
  Reflect.set(Optimizer.prototype, 'incrementIterations', method);
}
