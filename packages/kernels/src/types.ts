import type { NamedAttrMap, Tensor } from '@tensorflow/tfjs-core';

/** Tensors by name. */
export type Tensors = Readonly<Record<string, Tensor>>;

/** Inputs by name; undefined is an optional one that is left out. */
export type InputTensors = Readonly<Record<string, Tensor | undefined>>;

/** A tuple of as many tensors as `T` has elements. */
export type AsTensors<T extends readonly unknown[]> = { [K in keyof T]: Tensor };

/** The first `Count` elements of a tuple, or all of it where no count is known. */
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
 * A way to compute an op on one backend, which returns null for inputs, or on a machine, that it leaves to the composite.
 */
export type Attempt<Inputs, Attrs, Outputs extends readonly unknown[]> = (
  inputs: Inputs,
  attrs: Attrs,
) => AsTensors<Outputs> | null;

/** What the gradient finds again from the forward pass. */
export interface Saved<Inputs, SavedInput extends keyof Inputs, SavedOutputs extends readonly number[]> {
  /** The inputs named in `save.inputs`; all of them where it says nothing. */
  inputs: Pick<Inputs, SavedInput>;
  /** The outputs numbered in `save.outputs`, in that order. */
  outputs: AsTensors<SavedOutputs>;
}

/** For each input that has a gradient, a function that computes it; what nobody asks for is not computed. */
export type Thunks<Inputs> = { [Name in keyof Inputs]?: (() => Tensor) | undefined };

/** What {@link defineKernel} takes. */
export interface KernelDeclaration<
  Inputs extends InputTensors,
  Attrs extends NamedAttrMap,
  Outputs extends readonly unknown[],
  VisibleCount extends number,
  SavedInput extends keyof Inputs & string,
  SavedOutputs extends readonly number[],
> {
  /** The name in TensorFlow.js' registry, which all libraries share: hence the prefix. */
  name: `Trainkit${string}`;
  /**
   * The op in stock operations, differentiable: the meaning of the op, and what runs on a backend without a version.
   * Returns all outputs, those that the caller sees first. Annotate its parameters: all other types follow from it. A kernel
   * without `gradient` may have optional inputs, `{ bias?: Tensor | undefined }`.
   */
  composite: (inputs: Inputs, attrs: Attrs) => Outputs;
  /** How many outputs the caller gets; those after them are for the gradient and are disposed. Default: all. */
  visible?: VisibleCount | undefined;
  /** What is kept for the gradient. */
  save?:
    | {
        /**
         * Inputs by name, default all. Listing fewer frees their memory sooner; what is lost is the gradient of a
         * gradient where the op ran outside the inner function, which is then an error.
         */
        inputs?: readonly SavedInput[] | undefined;
        /** Outputs by number, ascending, default none. */
        outputs?: SavedOutputs | undefined;
      }
    | undefined;
  /**
   * The gradient: from those of the visible outputs (`dys`) to those of the inputs. Of first order only, so it need
   * not be differentiable and may call any op, best other defined ones. What two thunks share is computed before
   * them; each thunk runs in a tidy of its own. Left out, the composite runs wherever a gradient is taken, and the
   * faster versions elsewhere: for ops that only gradients call.
   */
  gradient?:
    | ((
        dys: Visible<Outputs, VisibleCount>,
        saved: Saved<Inputs, SavedInput, SavedOutputs>,
        attrs: Attrs,
      ) => Thunks<Inputs>)
    | undefined;
  /**
   * A faster version for tfjs-node; see `nativeOps` in `@trainkit/kernels/node`. Where it returns null the composite runs.
   */
  tensorflow?: Attempt<Inputs, Attrs, Outputs> | undefined;
  /**
   * A faster version for the WebAssembly backend; see `simdOnHeap` in `@trainkit/kernels/wasm`. Where it returns null (there
   * are no vectors, or not for these inputs) the composite runs.
   */
  wasm?: Attempt<Inputs, Attrs, Outputs> | undefined;
  /** A faster version for the plain JavaScript backend. Where it returns null the composite runs. */
  cpu?: Attempt<Inputs, Attrs, Outputs> | undefined;
  /**
   * A faster version for the backend of `@trainkit/native`; see `nativeKernels` in `@trainkit/kernels/native`. Where it
   * returns null the composite runs.
   */
  native?: Attempt<Inputs, Attrs, Outputs> | undefined;
}

/** A defined op: a function of inputs and attributes, which may be left out where none is required. */
export interface Kernel<Inputs extends InputTensors, Attrs extends NamedAttrMap, Outputs> {
  (inputs: Inputs, ...attrs: Partial<Attrs> extends Attrs ? [attrs?: Attrs] : [attrs: Attrs]): Outputs;
  /** The name in TensorFlow.js' registry; `tf.engine().runKernel(kernelName, …)` gives the hidden outputs too. */
  readonly kernelName: string;
  /** The composite as it was declared, with all outputs: for tests. */
  readonly composite: (inputs: Inputs, attrs: Attrs) => readonly Tensor[];
}

/** A way to compute an op, as the registry sees it. */
export type AnyVersion = (inputs: InputTensors, attrs: NamedAttrMap) => readonly Tensor[] | null;

/**
 * A declaration as the registry sees it, without the types that its author sees. Its functions are written as methods,
 * whose parameters TypeScript compares both ways: any declaration is one of these.
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
