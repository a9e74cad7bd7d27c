import type * as tf from '@tensorflow/tfjs-core';

/** A dtype that batches can have. */
export type ColumnDtype = 'float32' | 'int32' | 'bool';

/** The typed arrays in {@link ColumnValues}. */
export type ColumnArray = Float32Array | Float64Array | Int32Array | Uint8Array | Uint8ClampedArray;

/** Numbers or booleans in arrays of arrays. */
export type NestedArray = readonly (number | boolean | NestedArray)[];

/**
 * The values of a column: a tensor, a typed array or nested arrays, with one row for each example.
 */
export type ColumnValues = tf.Tensor | ColumnArray | NestedArray;

/** Values of a column with their shape and dtype. */
export interface ColumnSpec {
  /** The values, with one row for each example. */
  data: ColumnValues;
  /**
   * The shape of all values, `[examples, …]`. Default: that of `data`; for a typed array
   * `[data.length]`.
   */
  shape?: readonly number[] | undefined;
  /**
   * The dtype of batches. Default float32; int32 for Int32Array and Uint8Array, bool for booleans.
   */
  dtype?: ColumnDtype | undefined;
}

/** One column of {@link tensorDataset}: values, or values with a shape and a dtype. */
export type Column = ColumnValues | ColumnSpec;

/** The tensors of one batch of {@link tensorDataset}, by the names of the columns. */
export type ColumnBatch<Columns> = {
  -readonly [Name in keyof Columns]: tf.Tensor<RankOf<Columns[Name]>>;
};

/** The rank of a column, if the compiler can infer it. */
type RankOf<Value> =
  Value extends tf.Tensor<infer R>
    ? R
    : Value extends { shape: infer Shape extends readonly number[] }
      ? RankOfShape<Shape>
      : Value extends { data: infer Data }
        ? RankOf<Data>
        : Value extends ArrayBufferView
          ? tf.Rank.R1
          : RankOfNested<Value>;

type RankOfShape<Shape extends readonly number[]> = number extends Shape['length']
  ? tf.Rank
  : Shape['length'] extends keyof Ranks
    ? Ranks[Shape['length']]
    : tf.Rank;

interface Ranks {
  1: tf.Rank.R1;
  2: tf.Rank.R2;
  3: tf.Rank.R3;
  4: tf.Rank.R4;
  5: tf.Rank.R5;
  6: tf.Rank.R6;
}

type Rows<Value> = readonly Value[];
type Scalar = number | boolean;

type RankOfNested<Value> =
  Value extends Rows<Scalar>
    ? tf.Rank.R1
    : Value extends Rows<Rows<Scalar>>
      ? tf.Rank.R2
      : Value extends Rows<Rows<Rows<Scalar>>>
        ? tf.Rank.R3
        : Value extends Rows<Rows<Rows<Rows<Scalar>>>>
          ? tf.Rank.R4
          : tf.Rank;
