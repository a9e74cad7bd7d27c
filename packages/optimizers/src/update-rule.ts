import { type Scalar, type Tensor, type Variable, zeros } from '@tensorflow/tfjs-core';
import type { Complete } from './hyperparameters.js';
import { GradientOptimizer } from './minimize.js';

/**
 * The tensors of one update: the parameter, its gradient, and its state by PyTorch's keys.
 * `Optional` are keys without a tensor before the first update, or with some options.
 */
export type UpdateTensors<Key extends string = never, Optional extends string = never> = Readonly<
  Record<'parameter' | 'gradient' | Key, Tensor> & Partial<Record<Optional, Tensor | undefined>>
>;

/**
 * The numbers of one update as float32 scalars, so that a recorded step can be replayed with
 * others.
 */
export type Scalars<Name extends string = 'learningRate', Optional extends string = never> = Readonly<
  Record<Name, Scalar> & Partial<Record<Optional, Scalar | undefined>>
>;

/** The context from which the numbers of one update are computed. */
export interface ScalarContext<Options> {
  /** The number of this update of the variable, counted from 1. */
  step: number;
  /** The rate of this update. */
  learningRate: number;
  /** The options of the variable's group. */
  options: Complete<Options>;
}

/** The new value of a variable and of its state. */
export type Updated = Readonly<Record<string, Tensor | undefined>> & {
  /** The new value of the variable. */
  readonly parameter: Tensor;
};

/** The part of an optimizer that its author writes: its state, and one update of one variable. */
export abstract class UpdateRule<Options> extends GradientOptimizer {
  /** PyTorch's keys of the tensors in the state of a variable. */
  protected abstract readonly stateKeys: readonly string[];

  /**
   * Returns the numbers that an update needs, in double precision: the learning rate, bias
   * corrections and the like.
   *
   * All variables of a group with the same number of updates share them. A number that is undefined
   * is left out. Options may decide here and in {@link update}; `step` and the rate only through
   * the numbers, since both change from step to step and a captured step is recorded once.
   */
  protected scalars({ learningRate }: ScalarContext<Options>): Readonly<Record<string, number | undefined>> {
    return { learningRate };
  }

  /**
   * Returns the new parameter and the new state of one variable: pure, in stock operations or by a
   * kernel, in a tidy.
   *
   * A kernel may take the memory of the parameter and the state, whose old values nobody reads any
   * more; not of the gradient.
   */
  protected abstract update(
    tensors: Readonly<Record<string, Tensor | undefined>>,
    scalars: Readonly<Record<string, Scalar | undefined>>,
    options: Complete<Options>,
  ): Updated;

  /** Throws where options that are allowed by themselves do not go together. */
  protected checkCombination(_where: string, _options: Complete<Options>): void {}

  /** Throws where a variable is none that this optimizer can train; default: it trains any. */
  protected checkVariable(_where: string, _variable: Variable): void {}

  /**
   * Returns true where a key is part of a variable's state with these options; default: every key.
   */
  protected keepsState(_key: string, _options: Complete<Options>, _parameter: Variable): boolean {
    return true;
  }

  /** Returns the shape of a key's tensor; default: that of the parameter. */
  protected stateShape(_key: string, parameter: Variable, _options: Complete<Options>): number[] {
    return parameter.shape;
  }

  /**
   * Returns a key's tensor before the first update, or undefined where that update makes it;
   * default: zeros.
   */
  protected initialState(key: string, parameter: Variable, options: Complete<Options>): Tensor | undefined {
    return zeros(this.stateShape(key, parameter, options));
  }

  /**
   * Returns the factor that a key's tensor is kept times, default 1, where a kernel's op cannot
   * keep the number itself. `stateDict()` holds the numbers without it.
   */
  protected stateScale(_key: string, _options: Complete<Options>): number {
    return 1;
  }
}
