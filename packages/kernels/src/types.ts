import type { NamedAttrMap, Tensor } from '@tensorflow/tfjs-core';

/** Tensors by name. */
export type Tensors = Readonly<Record<string, Tensor>>;

/** Inputs by name; an optional input that is left out is undefined. */
export type InputTensors = Readonly<Record<string, Tensor | undefined>>;

/** A tuple of tensors with the length of `T`. */
export type AsTensors<T extends readonly unknown[]> = { [K in keyof T]: Tensor };

/** The first `Count` elements of a tuple, or all of it without a count. */
export type Visible<
  Outputs extends readonly unknown[],
  Count extends number,
  Found extends readonly unknown[] = [],
> = number extends Count
  ? AsTensors<Outputs>
  : Found['length'] extends Count
    ? AsTensors<Found>
    : Outputs extends readonly [infer First, ...infer Rest]
      ? Visible<Rest, Count, [...Found, First]>
      : never;

/**
 * One implementation of an op for one backend. It returns null if it does not support these inputs
 * or this machine; the composite then runs.
 */
export type Attempt<Inputs, Attrs, Outputs extends readonly unknown[]> = (
  inputs: Inputs,
  attrs: Attrs,
) => AsTensors<Outputs> | null;

/** The values of the forward pass that the gradient uses. */
export interface Saved<Inputs, SavedInput extends keyof Inputs, SavedOutputs extends readonly number[]> {
  /** The inputs named in `save.inputs`; all of them by default. */
  inputs: Pick<Inputs, SavedInput>;
  /** The outputs numbered in `save.outputs`, in that order. */
  outputs: AsTensors<SavedOutputs>;
}

/**
 * For each input with a gradient, a function that computes it; gradients that are not needed are
 * not computed.
 */
export type Thunks<Inputs> = { [Name in keyof Inputs]?: (() => Tensor) | undefined };

/** The argument of {@link defineKernel}. */
export interface KernelDeclaration<
  Inputs extends InputTensors,
  Attrs extends NamedAttrMap,
  Outputs extends readonly unknown[],
  VisibleCount extends number,
  SavedInput extends keyof Inputs & string,
  SavedOutputs extends readonly number[],
> {
  /** The name in TensorFlow.js's registry, which all libraries share: hence the prefix. */
  name: `Trainkit${string}`;
  /**
   * The op in stock operations, differentiable. It defines the meaning of the op, and runs on
   * backends without a version. It returns all outputs, the visible ones first. Annotate its
   * parameters: all other types follow from it. A kernel without `gradient` may have optional
   * inputs, `{ bias?: Tensor | undefined }`.
   */
  composite: (inputs: Inputs, attrs: Attrs) => Outputs;
  /**
   * The number of outputs that the caller gets; later ones are only for the gradient and are
   * disposed. Default: all.
   */
  visible?: VisibleCount | undefined;
  /** The values that are kept for the gradient. */
  save?:
    | {
        /**
         * The names of the inputs to keep, default all. A shorter list frees their memory sooner.
         * The gradient of a gradient is then an error if the op ran outside the inner function.
         */
        inputs?: readonly SavedInput[] | undefined;
        /** The numbers of the outputs to keep, ascending, default none. */
        outputs?: SavedOutputs | undefined;
      }
    | undefined;
  /**
   * The gradient: from the gradients of the visible outputs (`dys`) to those of the inputs. It is
   * of first order only, so it need not be differentiable and may call any op, preferably other
   * defined ones. Compute shared values before the thunks; each thunk runs in its own tidy. Without
   * it, the composite runs wherever a gradient is taken, and the faster versions elsewhere: this
   * suits ops that only gradients call.
   */
  gradient?:
    | ((
        dys: Visible<Outputs, VisibleCount>,
        saved: Saved<Inputs, SavedInput, SavedOutputs>,
        attrs: Attrs,
      ) => Thunks<Inputs>)
    | undefined;
  /**
   * A faster version for tfjs-node; see `nativeOps` in `@trainkit/kernels/node`. Where it returns
   * null the composite runs.
   */
  tensorflow?: Attempt<Inputs, Attrs, Outputs> | undefined;
  /**
   * A faster version for the WebAssembly backend; see `simdOnHeap` in `@trainkit/kernels/wasm`. If
   * it returns null (without SIMD, or for unsupported inputs), the composite runs.
   */
  wasm?: Attempt<Inputs, Attrs, Outputs> | undefined;
  /** A faster version for the plain JavaScript backend. If it returns null, the composite runs. */
  cpu?: Attempt<Inputs, Attrs, Outputs> | undefined;
  /**
   * A faster version for the backend of `@trainkit/native`; see `nativeKernels` in
   * `@trainkit/kernels/native`. If it returns null, the composite runs.
   */
  native?: Attempt<Inputs, Attrs, Outputs> | undefined;
}

/**
 * A defined op: a function of inputs and attributes; the attributes may be left out if none is
 * required.
 */
export interface Kernel<Inputs extends InputTensors, Attrs extends NamedAttrMap, Outputs> {
  (inputs: Inputs, ...attrs: Partial<Attrs> extends Attrs ? [attrs?: Attrs] : [attrs: Attrs]): Outputs;
  /**
   * The name in TensorFlow.js's registry; `tf.engine().runKernel(kernelName, …)` returns the
   * hidden outputs too.
   */
  readonly kernelName: string;
  /**
   * Returns the version that the active backend runs, unless that returns null: for a caller that
   * keeps its numbers in a form which only one version needs.
   */
  readonly activeVersion: () => VersionName;
  /** The declared composite, with all outputs, for tests. */
  readonly composite: (inputs: Inputs, attrs: Attrs) => readonly Tensor[];
}

/** The composite of a kernel, or the backend that a faster version is for. */
export type VersionName = 'composite' | 'tensorflow' | 'wasm' | 'cpu' | 'native';

/** An implementation of an op with the registry's types. */
export type AnyVersion = (inputs: InputTensors, attrs: NamedAttrMap) => readonly Tensor[] | null;

/**
 * A declaration with the registry's types instead of its author's. Its functions are methods, whose
 * parameters TypeScript compares bivariantly, so that any declaration is assignable to it.
 */
export interface Declaration extends Undefinable<OptionalFunctions> {
  name: string;
  composite(inputs: InputTensors, attrs: NamedAttrMap): readonly Tensor[];
  visible?: number | undefined;
  save?: { inputs?: readonly string[] | undefined; outputs?: readonly number[] | undefined } | undefined;
}

interface OptionalFunctions {
  gradient(
    dys: readonly Tensor[],
    saved: { inputs: InputTensors; outputs: readonly Tensor[] },
    attrs: NamedAttrMap,
  ): Thunks<Tensors>;
  tensorflow(inputs: InputTensors, attrs: NamedAttrMap): readonly Tensor[] | null;
  wasm(inputs: InputTensors, attrs: NamedAttrMap): readonly Tensor[] | null;
  cpu(inputs: InputTensors, attrs: NamedAttrMap): readonly Tensor[] | null;
  native(inputs: InputTensors, attrs: NamedAttrMap): readonly Tensor[] | null;
}

type Undefinable<T> = { [Key in keyof T]?: T[Key] | undefined };
