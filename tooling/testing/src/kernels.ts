import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { describeBackends } from './backends.js';
import { type Closeness, expectAllClose } from './close.js';
import { expectSlope, weigh } from './slopes.js';

/** The part of `defineKernel`'s result that the laws need. */
interface TestedKernel<Inputs, Attrs> {
  (inputs: Inputs, attrs: Attrs): readonly tf.Tensor[];
  readonly kernelName: string;
  readonly composite: (inputs: Inputs, attrs: Attrs) => readonly tf.Tensor[];
}

/** Inputs on which a kernel must keep the laws. */
export interface KernelCase<Inputs, Attrs> {
  /** The special feature of these inputs, for the test's title. */
  title: string;
  /** Creates the inputs; the suite disposes them. Float inputs are differentiated. */
  inputs: () => Inputs;
  /** The attributes, default none. */
  attrs?: Attrs;
}

/** The tolerances of a kernel. */
export interface KernelLaws {
  /**
   * Tolerance of outputs, first and second gradients against the composite's. Default atol and rtol
   * 1e-5.
   */
  closeness?: Closeness;
  /**
   * Tolerance of directional derivatives against central differences in float32. Default atol and
   * rtol 1e-2.
   */
  differences?: Closeness;
}

/**
 * Runs the laws of every `defineKernel` op on every backend. Its outputs, its gradient and its
 * second gradient equal those of the composite. Both gradients equal finite differences. No tensor
 * is left over.
 */
export function describeKernel<
  Inputs extends Readonly<Record<string, tf.Tensor | undefined>>,
  Attrs extends tf.NamedAttrMap,
>(
  kernel: TestedKernel<Inputs, Attrs>,
  cases: readonly KernelCase<Inputs, Attrs>[],
  { closeness = { atol: 1e-5, rtol: 1e-5 }, differences = { atol: 1e-2, rtol: 1e-2 } }: KernelLaws = {},
): void {
  describeBackends(kernel.kernelName, () => {
    describe.each([...cases])('$title', ({ inputs: makeInputs, attrs }) => {
      // An op without attributes reads none.
      const given = attrs ?? ({} as Attrs);
      const lawful = (law: (inputs: Inputs) => void) => () => {
        tf.tidy(() => law(makeInputs()));
      };
      const throughKernel = (inputs: Inputs) => weigh(kernel(inputs, given));
      const visible = (inputs: Inputs) => tf.tidy(() => kernel(inputs, given).length);
      const throughComposite = (inputs: Inputs) => {
        const count = visible(inputs);
        return weigh(kernel.composite(inputs, given).slice(0, count));
      };

      it(
        'gives the composite’s outputs, including hidden ones',
        lawful((inputs) => {
          visible(inputs);
          const outputs = tf.engine().runKernel<tf.Tensor[]>(kernel.kernelName, present(inputs), given);
          const expected = kernel.composite(inputs, given);
          expect(outputs.map(({ shape, dtype }) => [shape, dtype])).toEqual(
            expected.map(({ shape, dtype }) => [shape, dtype]),
          );
          outputs.forEach((output, i) => {
            expectAllClose(output, expected[i]!, closeness);
          });
        }),
      );

      it(
        'has the composite’s gradient',
        lawful((inputs) => {
          const actual = gradients(throughKernel, inputs);
          const expected = gradients(throughComposite, inputs);
          for (const [i, gradient] of actual.entries()) expectAllClose(gradient, expected[i]!, closeness);
        }),
      );

      it(
        'has the gradient of finite differences',
        lawful((inputs) => {
          expectDirectional((at) => throughKernel(at), inputs, differences);
        }),
      );

      it(
        'has the second gradient of finite differences',
        lawful((inputs) => {
          expectDirectional((at) => weigh(gradients(throughKernel, at)), inputs, differences);
        }),
      );
    });
  });
}

/** Returns the gradients for the float inputs, in their order. */
function gradients<Inputs extends Readonly<Record<string, tf.Tensor | undefined>>>(
  f: (inputs: Inputs) => tf.Tensor,
  inputs: Inputs,
): tf.Tensor[] {
  const names = floats(inputs);
  const { grads, value } = tf.engine().gradients(
    () => f(inputs),
    names.map((name) => inputs[name]!),
    undefined,
    true,
  );
  value.dispose();
  return names.map((name, i) => grads[i] ?? tf.zerosLike(inputs[name]!));
}

/**
 * Compares, for each input along a fixed direction, the derivative by gradient with that by central
 * differences.
 */
function expectDirectional<Inputs extends Readonly<Record<string, tf.Tensor | undefined>>>(
  f: (inputs: Inputs) => tf.Tensor,
  inputs: Inputs,
  closeness: Closeness,
): void {
  const byGradient = gradients(f, inputs);
  for (const [i, name] of floats(inputs).entries()) {
    expectSlope(
      byGradient[i]!,
      i + 7,
      (moved) => f({ ...inputs, [name]: tf.add(inputs[name]!, moved) }),
      closeness,
    );
  }
}

/** The inputs without the optional ones that are left out. */
function present(inputs: Readonly<Record<string, tf.Tensor | undefined>>): tf.NamedTensorMap {
  const entries = Object.entries(inputs);
  return Object.fromEntries(
    entries.flatMap(([name, input]) => (input === undefined ? [] : [[name, input] as const])),
  );
}

function floats(inputs: Readonly<Record<string, tf.Tensor | undefined>>): string[] {
  return Object.keys(inputs).filter((name) => inputs[name]?.dtype === 'float32');
}
