import * as tf from '@tensorflow/tfjs-core';
import { describe, expectTypeOf, it } from 'vitest';
import {
  type AnyModule,
  type ForwardHook,
  Identity,
  Linear,
  type LoadReport,
  type LoadStateDictOptions,
  loadPyTorchStateDict,
  Module,
  Sequential,
  type SummaryOptions,
  summary,
  Tanh,
} from './index.js';

class Cell extends Module<[x: tf.Tensor2D, h: tf.Tensor2D], [output: tf.Tensor2D, h: tf.Tensor2D]> {
  override forward(x: tf.Tensor2D, h: tf.Tensor2D): [tf.Tensor2D, tf.Tensor2D] {
    return [x, h];
  }
}

class Masked extends Module {
  override forward(x: tf.Tensor, _mask?: tf.Tensor | null, _options: { causal?: boolean } = {}): tf.Tensor {
    return x;
  }
}

class Pooling extends Module {
  override forward(x: tf.Tensor): tf.Tensor {
    return tf.mean(x);
  }
}

// Type checks only: the functions are never called.
const never = (body: () => void): void => void body;

describe('types', () => {
  it('a module has the inputs and the output that it names, and its hooks have those of its forward', () => {
    never(() => {
      const cell = new Cell();
      cell.registerForwardHook((module, input, output, h) => {
        expectTypeOf(module).toEqualTypeOf<Cell>();
        expectTypeOf(input).toEqualTypeOf<tf.Tensor2D>();
        expectTypeOf(output).toEqualTypeOf<[tf.Tensor2D, tf.Tensor2D]>();
        expectTypeOf(h).toEqualTypeOf<tf.Tensor2D>();
        return output;
      });
      cell.registerForwardPreHook((_module, inputs) => {
        const [x, h] = inputs;
        expectTypeOf(h).toEqualTypeOf<tf.Tensor2D>();
        return [h, x];
      });
      new Masked().registerForwardHook((_module, input, output, mask, options) => {
        expectTypeOf(input).toEqualTypeOf<tf.Tensor>();
        expectTypeOf(output).toEqualTypeOf<tf.Tensor>();
        expectTypeOf(mask).toEqualTypeOf<tf.Tensor | null | undefined>();
        expectTypeOf(options).toEqualTypeOf<{ causal?: boolean } | undefined>();
      });
      new Linear(1, 1).registerForwardHook((_module, _input, output) => output);
      expectTypeOf<ForwardHook<Linear>>().parameter(2).toEqualTypeOf<tf.Tensor>();
      expectTypeOf<Cell>().toExtend<AnyModule>();
      expectTypeOf<Masked>().toExtend<Module>();
      expectTypeOf<Cell>().not.toExtend<Module>();
      new Masked().registerForwardPreHook((_module, [x, mask, options]) => [tf.neg(x), mask, options]);
      // @ts-expect-error one of two inputs
      cell.registerForwardPreHook((_module, [x]) => [x]);
      new Sequential(new Masked());
      // @ts-expect-error a cell has two inputs
      new Sequential(cell);
      // @ts-expect-error a class is no module
      new Sequential(Linear);
      // @ts-expect-error a hook that returns a tensor for a pair
      cell.registerForwardHook((_module, input) => input);
    });
  });

  it('a layer that keeps the rank says so, also in a Sequential', () => {
    never(() => {
      const x = tf.zeros<tf.Rank.R4>([1, 1, 1, 1]);
      const linear = new Linear(1, 1);
      expectTypeOf(linear.forward(x)).toEqualTypeOf<tf.Tensor4D>();
      expectTypeOf(linear.forward(tf.ones([1]))).toEqualTypeOf<tf.Tensor>();
      expectTypeOf(new Sequential(linear, linear).forward(x)).toEqualTypeOf<tf.Tensor4D>();
      expectTypeOf(
        new Sequential(linear, new Tanh(), new Identity()).forward(x),
      ).toEqualTypeOf<tf.Tensor4D>();
      expectTypeOf(linear.forward(tf.variable(tf.ones([1])))).toEqualTypeOf<tf.Tensor>();
      expectTypeOf(new Sequential().forward(x)).toEqualTypeOf<tf.Tensor4D>();
      expectTypeOf(new Sequential(linear, new Pooling()).forward(x)).toEqualTypeOf<tf.Tensor>();
      expectTypeOf(new Sequential(new Pooling(), linear).forward(x)).toEqualTypeOf<tf.Tensor>();
      expectTypeOf(new Sequential({ linear }).forward(x)).toEqualTypeOf<tf.Tensor>();
      const layers: Module[] = [linear];
      expectTypeOf(new Sequential(...layers).forward(x)).toEqualTypeOf<tf.Tensor>();
      expectTypeOf(new Sequential(linear, ...layers).forward(x)).toEqualTypeOf<tf.Tensor>();
      expectTypeOf(new Sequential(linear)).toExtend<Sequential>();
      expectTypeOf(new Sequential(new Sequential(linear)).forward(x)).toEqualTypeOf<tf.Tensor4D>();
      const plain: Sequential = new Sequential(linear, new Pooling());
      expectTypeOf(plain.forward(x)).toEqualTypeOf<tf.Tensor>();
    });
  });

  it('options and reports have names, and a report may leave a tidy', () => {
    never(() => {
      const options: LoadStateDictOptions = { strict: false, rename: (name) => name };
      expectTypeOf(new Linear(1, 1).loadStateDict({}, options)).toEqualTypeOf<LoadReport>();
      expectTypeOf(tf.tidy(() => new Linear(1, 1).loadStateDict({}))).toEqualTypeOf<LoadReport>();
      expectTypeOf(tf.tidy(() => loadPyTorchStateDict(new Cell(), {}, options))).toEqualTypeOf<LoadReport>();
    });
  });

  it('summary accepts a shape or an example for each input', () => {
    never(() => {
      const options: SummaryOptions = { dtype: 'int32' };
      summary(new Linear(1, 1), [1], options);
      summary(new Linear(1, 1), tf.ones([2, 1]));
      summary(new Cell(), [[1], tf.zeros<tf.Rank.R2>([2, 1])]);
      summary(new Masked(), [[1], undefined, { causal: true }]);
      const unknown: AnyModule = new Cell();
      summary(unknown, [1]);
      // @ts-expect-error the second input is missing
      summary(new Cell(), [[1]]);
    });
  });
});
