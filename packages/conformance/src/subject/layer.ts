import { engine, mul, sum, Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import { expected, show, showShape } from '@trainkit/checks';
import { attempt, Failure, mistaken, type Observation } from '../diagnosis/observation.js';
import type { Warning } from '../report.js';
import type { Block } from './block.js';
import { leftBehind } from './left-behind.js';
import { wrongReturn } from './returned.js';
import type { TrainingArgument } from './training-argument.js';
import { missing, numbersOf, propertyOf, writeProperty } from './values.js';

/** A method of an object, or the object itself where it is a function. */
type Method = (...args: unknown[]) => unknown;

/** The accepted names of the property that switches to training. */
const SWITCHES = ['training', 'isTraining', 'is_training'];

/** The checked layer, called, switched, read and written by the names that it uses. */
export class LayerSubject {
  readonly #layer: object;
  readonly #forward: Method;
  readonly #title: string;
  readonly #trainingArgument: TrainingArgument;

  constructor(layer: unknown, title: string, trainingArgument: TrainingArgument = (training) => training) {
    if ((typeof layer !== 'object' && typeof layer !== 'function') || layer === null) {
      throw new Failure('missing', `${title} gave ${show(layer)}; expected a layer with a method forward.`);
    }
    this.#layer = layer;
    this.#title = title;
    this.#trainingArgument = trainingArgument;
    this.#forward = forwardOf(layer, title);
  }

  /** Returns the layer's output for `x`, of the same shape. */
  forward(x: Tensor, training: boolean): Tensor {
    const passed = this.#switch(training);
    const y = attempt(() => this.#forward(x, ...passed));
    if (x.isDisposed)
      throw mistaken(
        'input-disposed',
        `${this.#title}: forward disposed its input; expected it to be left alone.`,
      );
    if (y instanceof Failure) throw y;
    if (!(y instanceof Tensor)) {
      throw new Failure('threw', wrongReturn(`${this.#title}: forward`, y, 'a tf.Tensor'));
    }
    if (y.isDisposed)
      throw mistaken('output-disposed', `${this.#title}: forward returned a tensor that is disposed.`);
    if (y.shape.join() !== x.shape.join()) {
      throw new Failure(
        'threw',
        `${this.#title}: forward returned ${show(y)}; expected the shape ${showShape(x.shape)} of the input.`,
      );
    }
    return y;
  }

  /** {@link forward} on numbers. */
  run({ data, shape }: Block, training: boolean): number[] {
    const y = this.forward(tensor([...data], [...shape], 'float32'), training);
    return Array.from(y.dataSync());
  }

  /**
   * The gradients of Σ upstream · forward(x), first for `x`, then for each of the properties; a
   * failure where no gradient arrives.
   */
  gradients(
    { data, shape }: Block,
    upstream: readonly number[],
    properties: readonly (readonly string[])[] = [],
    training = true,
  ): Observation[] {
    const x = tensor([...data], [...shape], 'float32');
    const dy = tensor([...upstream], [...shape], 'float32');
    const found = properties.map((names) => propertyOf(this.#layer, names)?.value);
    const targets = [x, ...found.filter((value) => value instanceof Tensor)];
    const { grads } = engine().gradients(
      () => sum(mul(this.forward(x, training), dy)),
      targets,
      undefined,
      true,
    );
    const gradientOf = (value: unknown, what: string): Observation => {
      const gradient: Tensor | undefined =
        value instanceof Tensor ? grads[targets.indexOf(value)] : undefined;
      return gradient instanceof Tensor ? Array.from(gradient.dataSync()) : constant(what);
    };
    return [
      gradientOf(x, 'the input'),
      ...found.map((value, i) => gradientOf(value, properties[i]?.[0] ?? '')),
    ];
  }

  /** The output in training and, from the same call, the gradient of its sum. */
  outputAndGradient({ data, shape }: Block): { output: number[]; gradient: Observation } {
    const x = tensor([...data], [...shape], 'float32');
    let output: number[] = [];
    const { grads } = engine().gradients(
      () => {
        const y = this.forward(x, true);
        output = Array.from(y.dataSync());
        return sum(y);
      },
      [x],
      undefined,
      true,
    );
    const gradient: Tensor | undefined = grads[0];
    return {
      output,
      gradient: gradient === undefined ? constant('the input') : Array.from(gradient.dataSync()),
    };
  }

  /** Reads the numbers of the property that has one of `names`. */
  read(names: readonly string[]): number[] {
    const found = propertyOf(this.#layer, names);
    if (found === undefined) throw missing(names);
    if (found.value instanceof Tensor && found.value.isDisposed)
      throw mistaken(
        'state-disposed',
        `${this.#title}: ${found.name} has been disposed; expected a tensor that lives as long as the layer.`,
      );
    const numbers = numbersOf(found.value);
    if (numbers === null) {
      throw new Failure(
        'missing',
        expected(this.#title, found.name, found.value, 'a tf.Variable, a tf.Tensor or an array of numbers'),
      );
    }
    return numbers;
  }

  /** Writes numbers into the property that has one of `names`. */
  write(names: readonly string[], numbers: readonly number[]): void {
    writeProperty(this.#layer, names, numbers);
  }

  /**
   * Warns of flaws in a working layer: tensors left behind, and state that a surrounding tidy
   * disposes.
   */
  warnings({ data, shape }: Block): Warning[] {
    const x = tensor([...data], [...shape], 'float32');
    const left = leftBehind('forward', () => [this.forward(x, true), x]);
    const lost = attempt(() => {
      tidy(() => this.forward(x, true));
      return this.disposedProperties();
    });
    if (lost instanceof Failure || lost.length === 0) return left;
    const message =
      `${lost.join(' and ')} ${lost.length === 1 ? 'is' : 'are'} replaced by plain tensors in forward, which a tf.tidy ` +
      'or tf.variableGrads around the call disposes. Use a tf.Variable and assign, or tf.keep.';
    return [...left, { message, location: null }];
  }

  /** The properties that hold a disposed tensor. */
  disposedProperties(): string[] {
    return Object.entries(this.#layer).flatMap(([name, value]) =>
      value instanceof Tensor && value.isDisposed ? [name] : [],
    );
  }

  /** Calls the layer's own dispose, which may free more than tensors. */
  dispose(): void {
    const dispose = methodOf(this.#layer, 'dispose');
    try {
      dispose?.();
    } catch {
      // Tensors that the layer could not free are freed with everything else that it created.
    }
  }

  /** Switches to training or evaluation; returns the arguments of `forward` after `x`. */
  #switch(training: boolean): unknown[] {
    const layer = this.#layer;
    const train = methodOf(layer, 'train');
    const evaluate = methodOf(layer, 'eval') ?? methodOf(layer, 'evaluate');
    const set = methodOf(layer, 'setTraining') ?? methodOf(layer, 'set_training');
    if (train !== undefined) {
      if (training) train();
      else if (evaluate !== undefined) evaluate();
      else train(false);
    } else if (set !== undefined) set(training);
    else {
      const name = SWITCHES.find((property) => property in layer);
      if (name === undefined) return [this.#trainingArgument(training)];
      Reflect.set(layer, name, training);
    }
    return [];
  }
}

function forwardOf(layer: object, title: string): Method {
  if (typeof layer === 'function' && !('forward' in layer))
    return (...args) => Reflect.apply(layer, undefined, args);
  const forward = methodOf(layer, 'forward') ?? methodOf(layer, 'apply') ?? methodOf(layer, 'call');
  if (forward !== undefined) return forward;
  throw new Failure(
    'missing',
    `${title} has no method forward. Write: forward(x: tf.Tensor): tf.Tensor { … }`,
  );
}

/** The bound method; undefined if there is none. */
export function methodOf(owner: object, name: string): Method | undefined {
  const method: unknown = Reflect.get(owner, name);
  return typeof method === 'function' ? (...args) => Reflect.apply(method, owner, args) : undefined;
}

function constant(what: string): Failure {
  return new Failure(
    'constant',
    `There is no gradient for ${what}: the output does not depend on it by tensor operations.`,
  );
}
