import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { describeBackends } from './backends.js';
import { type Closeness, expectAllClose } from './close.js';
import { expectNoLeak } from './leaks.js';
import { expectSlope, pattern, weigh } from './slopes.js';
import { describeStateful, type TestedStateful } from './stateful.js';

/** The part of a layer that the laws need: a `Module` of `@trainkit/nn`. */
export interface TestedLayer extends TestedStateful {
  forward(...inputs: tf.Tensor[]): tf.Tensor;
  train(mode?: boolean): unknown;
  parameters(): tf.Variable[];
  buffers(): tf.Variable[];
  stateDict(): Record<string, tf.Variable>;
  requiresGrad(flag?: boolean): unknown;
  registerForwardHook(
    hook: (layer: unknown, input: unknown, output: tf.Tensor) => tf.Tensor | undefined,
  ): () => void;
  dispose(): void;
}

/** A layer with one set of options. */
export interface LayerCase<Layer extends TestedLayer> {
  /**
   * Creates the layer. A layer that draws random numbers in its forward pass gets a new generator
   * with a fixed seed.
   */
  make: () => Layer;
  /** The keys of its state dict. Default none. */
  keys?: readonly string[] | undefined;
  /** Shapes of its inputs, the batch first, and of the output for them. */
  shapes: readonly { inputs: readonly number[][]; output: number[] }[];
  /** Creates a network of this layer alone. */
  network: (layer: Layer) => TestedLayer;
  /**
   * Computes the output in stock operations, with the layer's own parameters. Default: not
   * compared.
   */
  composite?: ((layer: Layer, ...inputs: tf.Tensor[]) => tf.Tensor) | undefined;
  /**
   * Inputs that it rejects, created in `tf.tidy`, and the text of the error. Default: it rejects
   * none.
   */
  refused?: { inputs: () => tf.Tensor[]; message: string } | undefined;
  /** True if training draws random numbers, so that two forward passes differ. Default false. */
  isRandom?: boolean | undefined;
  /** Tolerance of outputs and gradients against the composite's. Default atol and rtol 1e-5. */
  closeness?: Closeness | undefined;
  /**
   * Tolerance of gradients along a direction against central differences in float32. Default atol
   * and rtol 1e-2.
   */
  differences?: Closeness | undefined;
}

const TIGHT: Closeness = { atol: 1e-5, rtol: 1e-5 };
const ROUGH: Closeness = { atol: 1e-2, rtol: 1e-2 };
const MODES = [
  ['training', true],
  ['evaluation', false],
] as const;

/**
 * Runs the laws of every layer on every backend.
 *
 * - It has the stated keys, trainable parameters, and buffers that are not trainable. `dispose`
 *   frees them, and a second call has no effect.
 * - Its output has the stated shape, is float32, and is the same for the same input; the input is
 *   not changed. The same holds in a network, where hooks fire once.
 * - Output and gradients are the composite's; gradients for inputs and parameters equal central
 *   differences.
 * - Evaluation changes no buffer. A batch without examples has an output without examples and
 *   gradients of 0.
 * - A frozen parameter stays a parameter and is not trained.
 * - It passes the laws of `describeStateful`.
 * - No tensor is left over in training, in evaluation, under gradients or after an error. An error
 *   changes no state.
 *
 * @example
 * ```text
 * describeLayer('Linear', {
 *   make: () => new Linear(3, 2, { generator: new Generator(0) }),
 *   keys: ['weight', 'bias'],
 *   shapes: [{ inputs: [[4, 3]], output: [4, 2] }],
 *   network: (layer) => new Sequential(layer),
 *   composite: ({ weight, bias }, x) => tf.add(tf.matMul(x, weight), bias),
 *   refused: { inputs: () => [tf.ones([4, 2])], message: 'last dimension' },
 * });
 * ```
 */
export function describeLayer<Layer extends TestedLayer>(title: string, row: LayerCase<Layer>): void {
  const { make, keys = [], shapes, network, composite, refused, isRandom = false } = row;
  const { closeness = TIGHT, differences = ROUGH } = row;

  /**
   * Creates a layer whose parameters and buffers differ from their initial values, the same at each
   * call.
   */
  const moved = (inputs: readonly tf.Tensor[], training: boolean): Layer => {
    const layer = make();
    tf.tidy(() => {
      for (const [i, one] of layer.parameters().entries()) one.assign(tf.add(one, pattern(one.shape, i)));
      layer.train(true);
      layer.forward(...inputs);
    });
    layer.train(training);
    return layer;
  };
  const [first = { inputs: [], output: [] }] = shapes;
  const inputsOf = (shape: readonly number[][]) => shape.map((one, i) => pattern(one, i));

  describeBackends(`the layer ${title}`, () => {
    it('has its keys, and frees its tensors', () => {
      const layer = make();
      expect(Object.keys(layer.stateDict())).toEqual(keys);
      expect(layer.parameters().every(({ trainable }) => trainable)).toBe(true);
      expect(layer.buffers().some(({ trainable }) => trainable)).toBe(false);
      layer.dispose();
      layer.dispose();
    });

    describe.each([...shapes])('of $inputs', ({ inputs: shape, output }) => {
      it.each(MODES)('has its shape and float32 in %s, and does not change its input', (_, training) => {
        tf.tidy(() => {
          const inputs = inputsOf(shape);
          const before = inputs.map(numbers);
          const [layer, twin] = [moved(inputs, training), moved(inputs, training)];
          const y = layer.forward(...inputs);
          expect([y.shape, y.dtype]).toEqual([output, 'float32']);
          expect(numbers(network(twin).forward(...inputs))).toEqual(numbers(y));
          if (!isRandom || !training) expect(numbers(layer.forward(...inputs))).toEqual(numbers(y));
          expect(inputs.map(numbers)).toEqual(before);
          layer.dispose();
          twin.dispose();
        });
      });

      it.each(MODES)('has the gradients of central differences in %s', (_, training) => {
        tf.tidy(() => {
          const inputs = inputsOf(shape);
          const objective = (f: (layer: Layer) => tf.Tensor) => {
            const layer = moved(inputs, training);
            const value = f(layer);
            layer.dispose();
            return value;
          };
          const layer = moved(inputs, training);
          const grads = gradientsOf(layer, () => layer.forward(...inputs), inputs);
          for (const [i, gradient] of grads.entries()) {
            const at = (by: tf.Tensor) =>
              objective((fresh) => {
                const parameter = fresh.parameters()[i - inputs.length];
                parameter?.assign(tf.add(parameter, by));
                return weigh([fresh.forward(...inputs.map((x, j) => (i === j ? tf.add(x, by) : x)))]);
              });
            expectSlope(gradient, i + 7, at, differences);
          }
          layer.dispose();
        });
      });

      it.skipIf(composite === undefined).each(MODES)(
        'equals its composite in %s, gradients included',
        (_, training) => {
          tf.tidy(() => {
            const inputs = inputsOf(shape);
            const [layer, twin] = [moved(inputs, training), moved(inputs, training)];
            const expected = () => composite!(twin, ...inputs);
            expectAllClose(
              tf.tidy(() => layer.forward(...inputs)),
              tf.tidy(expected),
              closeness,
            );
            const grads = gradientsOf(twin, expected, inputs);
            for (const [i, gradient] of gradientsOf(
              layer,
              () => layer.forward(...inputs),
              inputs,
            ).entries()) {
              expectAllClose(gradient, grads[i]!, closeness);
            }
            layer.dispose();
            twin.dispose();
          });
        },
      );
    });

    it('changes no buffer in evaluation', () => {
      tf.tidy(() => {
        const inputs = inputsOf(first.inputs);
        const layer = moved(inputs, false);
        const before = layer.buffers().map(numbers);
        gradientsOf(layer, () => layer.forward(...inputs), inputs);
        expect(layer.buffers().map(numbers)).toEqual(before);
        layer.dispose();
      });
    });

    it('gives an empty batch an empty output, gradients of 0, and no change of statistics', () => {
      tf.tidy(() => {
        const layer = moved(inputsOf(first.inputs), true);
        // All buffers except the count of batches, which PyTorch increases too.
        const kept = () =>
          Object.values(layer.stateDict())
            .filter(({ rank }) => rank > 0)
            .map(numbers);
        const before = kept();
        const inputs = first.inputs.map(([, ...rest]) => tf.zeros([0, ...rest]));
        for (const [, training] of MODES) {
          layer.train(training);
          expect(layer.forward(...inputs).shape).toEqual([0, ...first.output.slice(1)]);
          const grads = gradientsOf(layer, () => layer.forward(...inputs), inputs).slice(inputs.length);
          for (const gradient of grads) expect(numbers(gradient)).toEqual(new Array(gradient.size).fill(0));
        }
        expect(kept()).toEqual(before);
        layer.dispose();
      });
    });

    it('fires its hooks once a call, also in a network, and uses their results', () => {
      tf.tidy(() => {
        const inputs = inputsOf(first.inputs);
        const [layer, twin] = [moved(inputs, true), moved(inputs, true)];
        let calls = 0;
        const remove = layer.registerForwardHook((_layer, _input, output) => {
          calls += 1;
          return tf.mul(output, 2);
        });
        const doubled = network(layer).forward(...inputs);
        remove();
        layer.forward(...inputs);
        expect(calls).toBe(1);
        expectAllClose(doubled, tf.mul(twin.forward(...inputs), 2));
        layer.dispose();
        twin.dispose();
      });
    });

    it('keeps frozen parameters without training them', () => {
      const inputs = inputsOf(first.inputs);
      const layer = moved(inputs, true);
      const parameters = layer.parameters();
      const other = tf.tidy(() => tf.variable(tf.scalar(1)));
      const sgd = tf.train.sgd(0.1);
      /** Returns the variables that a step changes: the other one, and those of the layer. */
      const changed = () => {
        const before = [other, ...parameters].map(numbers);
        const loss = () => tf.add<tf.Scalar>(other, weigh([layer.forward(...inputs)]));
        sgd.minimize(loss, false, [other, ...layer.parameters()]);
        return [other, ...parameters].map((one, i) => numbers(one).join() !== before[i]!.join());
      };
      layer.requiresGrad(false);
      expect(layer.parameters()).toEqual(parameters);
      expect(Object.keys(layer.stateDict())).toEqual(keys);
      expect(changed()).toEqual([true, ...parameters.map(() => false)]);
      layer.requiresGrad();
      expect(changed()).toEqual([true, ...parameters.map(() => true)]);
      layer.dispose();
      sgd.dispose();
      tf.dispose([...inputs, other]);
    });

    it('leaves no tensor in training, in evaluation, under gradients or after errors', async () => {
      const inputs = inputsOf(first.inputs);
      const layer = make();
      for (const [, training] of MODES) {
        layer.train(training);
        await expectNoLeak(() => {
          const y = layer.forward(...inputs);
          // The output of an identity is its input.
          if (!inputs.includes(y)) y.dispose();
        });
        await expectNoLeak(() => tf.dispose(gradientsOf(layer, () => layer.forward(...inputs), inputs)));
      }
      if (refused !== undefined) {
        const before = Object.values(layer.stateDict()).map(numbers);
        const wrong = tf.tidy(refused.inputs);
        await expectNoLeak(() => {
          layer.train(true);
          expect(() => layer.forward(...wrong)).toThrow(refused.message);
        });
        expect(Object.values(layer.stateDict()).map(numbers), 'as before the error').toEqual(before);
        tf.dispose(wrong);
      }
      tf.dispose(inputs);
      layer.dispose();
    });

    describeStateful(title, {
      make,
      advance: (layer, turn) =>
        tf.tidy(() => {
          const inputs = first.inputs.map((shape) => pattern(shape, turn));
          layer.train(true);
          layer.forward(...inputs);
          layer.train(false);
          return numbers(layer.forward(...inputs));
        }),
      dispose: (layer) => layer.dispose(),
      refusesUnknown: true,
    });
  });
}

/** Returns the gradients of the weighted output, for the inputs and then for the parameters. */
function gradientsOf(layer: TestedLayer, output: () => tf.Tensor, inputs: readonly tf.Tensor[]): tf.Tensor[] {
  const at = [...inputs, ...layer.parameters()];
  const { value, grads } = tf.engine().gradients(() => weigh([output()]), at, undefined, true);
  value.dispose();
  return grads.map((gradient, i) => gradient ?? tf.zerosLike(at[i]!));
}

function numbers(x: tf.Tensor): number[] {
  return Array.from(x.dataSync());
}
