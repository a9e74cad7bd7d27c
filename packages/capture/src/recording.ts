import type { DataType, Tensor, Variable } from '@tensorflow/tfjs-core';
import type { GuardValue } from '@trainkit/kernels/capture';
import type { NativeAttribute, NativeValues } from '@trainkit/kernels/node';
import type { Structure } from './structure.js';

/** The shape and dtype of data, the dtype by TensorFlow's number. */
export interface Kind {
  shape: readonly number[];
  dtype: number;
}

/** The origin of a tensor that an op reads. */
export type Source =
  /** An argument of the step, by its place among the tensors. */
  | ({ kind: 'argument'; index: number } & Kind)
  /** The value that a variable has when the step begins. */
  | ({ kind: 'variable'; variable: Variable } & Kind)
  /** A tensor that was there before the step and is no argument. */
  | ({ kind: 'external'; dataId: Tensor['dataId'] } & Kind)
  /** The tensor of a `freshTensor` or `freshScalar`, by its index among the host events. */
  | ({ kind: 'input'; entry: number } & Kind)
  /** A tensor made of JavaScript values. */
  | { kind: 'constant'; index: number }
  /** An output of an op of the step. */
  | { kind: 'result'; call: number; output: number }
  /** No tensor: an input that is left out. */
  | { kind: 'absent' };

/** The origin of data that are there when the step begins, or that JavaScript makes in it. */
export type Fed = Exclude<Source, { kind: 'result' | 'constant' | 'absent' }>;

/** One native op of TensorFlow, or a call of a kernel. */
export interface Call {
  op: string;
  /** Those of an op of TensorFlow. */
  attributes: readonly NativeAttribute[];
  /** Attributes of an update that are true or false. */
  flags: Readonly<Record<string, boolean>>;
  /** Those of a kernel. */
  numbers: readonly number[];
  /** Of a kernel, its outputs too: a kernel is told which memory to write to. */
  inputs: readonly Source[];
  outputs: readonly Kind[];
  /**
   * The number of inputs that are variables, which the op updates in place; their new values are
   * the outputs.
   */
  updates: number;
}

/** Values of a tensor that was made in JavaScript. */
export interface Constant extends Kind {
  values: NativeValues;
}

/** An event of a step's JavaScript that each run repeats, in the same order. */
export type HostEvent =
  | {
      kind: 'input';
      make: () => Tensor;
      /** The JavaScript values that `make` was made of. */
      depends: readonly unknown[];
      shape: readonly number[];
      dtype: DataType;
    }
  | { kind: 'number'; read: () => number }
  | { kind: 'effect'; run: () => void; undo: () => void };

/** A condition that a recording relies on. */
export interface Guard {
  read: (...tensors: Tensor[]) => GuardValue;
  tensors: readonly (Pick<Tensor, 'shape' | 'dtype'> & { source: Source })[];
  value: GuardValue;
  /** The end of the reason of a step whose runs differ in the value. */
  advice?: string | undefined;
}

/** A returned tensor that was there before: the very object is returned again. */
export type Identity =
  | { kind: 'argument'; index: number }
  | { kind: 'variable'; variable: Variable }
  /** One that the step holds. */
  | { kind: 'held'; tensor: Tensor };

/**
 * An owner of data that others may share: a variable, or an argument by its place among the
 * tensors.
 */
export type Owner = Variable | number;

/**
 * Data that several had when the step began: which of them the step meant, one run does not tell.
 */
export interface Alias {
  data: Tensor['dataId'];
  owners: readonly Owner[];
  /**
   * True where the step may know the data by another name too: an argument it may hold, others by a
   * tensor of the same data.
   */
  others: boolean;
}

/** A tensor that the step returned. */
interface Result {
  source: Source;
  /** Null where it is a new tensor in every run. */
  identity: Identity | null;
  /** Those of the tensor, whose data may have others. */
  shape: readonly number[];
  dtype: DataType;
}

/** All that one run of a step did. */
export interface Recording {
  calls: readonly Call[];
  constants: readonly Constant[];
  hostEvents: readonly HostEvent[];
  guards: readonly Guard[];
  /** The variables that have other values than before, and where these come from. */
  assigned: readonly { variable: Variable; source: Source }[];
  aliases: readonly Alias[];
  structure: Structure;
  results: readonly Result[];
  /** Why this run cannot be replayed, or null. */
  refusal: string | null;
}
