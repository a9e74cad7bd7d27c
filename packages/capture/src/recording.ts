import type { DataType, Tensor, Variable } from '@tensorflow/tfjs-core';
import type { GuardValue } from '@trainkit/kernels/capture';
import type { NativeAttribute, NativeValues } from '@trainkit/kernels/node';
import type { Structure } from './structure.js';

/** The shape and dtype of data, the dtype by TensorFlow's number. */
export interface Kind {
  shape: readonly number[];
  dtype: number;
}

/** Where a tensor that an op reads comes from. */
export type Source =
  /** An argument of the step, by its place among the tensors. */
  | ({ kind: 'argument'; index: number } & Kind)
  /** The value that a variable has when the step begins. */
  | ({ kind: 'variable'; variable: Variable } & Kind)
  /** A tensor that was there before the step and is no argument. */
  | ({ kind: 'outside'; dataId: Tensor['dataId'] } & Kind)
  /** What a `freshTensor` or `freshScalar` made, by its place in the script. */
  | ({ kind: 'input'; entry: number } & Kind)
  /** A tensor made of JavaScript values. */
  | { kind: 'constant'; index: number }
  /** What an op of the step computed. */
  | { kind: 'result'; call: number; output: number }
  /** No tensor: an input that is left out. */
  | { kind: 'absent' };

/** What is there when the step begins, or made by JavaScript in it. */
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
  /** How many of the inputs are variables that the op updates in place; their new values are the outputs. */
  updates: number;
}

/** Values of a tensor that was made in JavaScript. */
export interface Constant extends Kind {
  values: NativeValues;
}

/** What a step does in JavaScript in every run, in its order. */
export type ScriptEntry =
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

/** What a step relies on. */
export interface Guard {
  read: (...tensors: Tensor[]) => GuardValue;
  tensors: readonly (Pick<Tensor, 'shape' | 'dtype'> & { source: Source })[];
  value: GuardValue;
}

/** A returned tensor that was there before: the very object is returned again. */
export type Identity =
  | { kind: 'argument'; index: number }
  | { kind: 'variable'; variable: Variable }
  /** One that the step holds. */
  | { kind: 'held'; tensor: Tensor };

/** What may share its data with others: a variable, or an argument by its place among the tensors. */
export type Owner = Variable | number;

/** Data that several had when the step began: which of them the step meant, one run does not tell. */
export interface Alias {
  data: Tensor['dataId'];
  owners: readonly Owner[];
  /** Whether the step may know the data by another name too: an argument it may hold, others by a tensor of the same data. */
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
  script: readonly ScriptEntry[];
  guards: readonly Guard[];
  /** The variables that have other values than before, and where these come from. */
  assigned: readonly { variable: Variable; source: Source }[];
  aliases: readonly Alias[];
  structure: Structure;
  results: readonly Result[];
  /** Why this run cannot be replayed, or null. */
  refusal: string | null;
}
