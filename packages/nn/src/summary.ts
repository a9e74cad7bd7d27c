import { Tensor } from '@tensorflow/tfjs-core';
import { checkOneOf, checkOptions, expected, isPlain, type OptionNames } from '@trainkit/checks';
import { checkTensor } from '@trainkit/checks/tensor';
import type { InputsOf } from './hooks.js';
import { type AnyModule, checkModule, type Module } from './module.js';
import { isParameter } from './parameter.js';
import { type Observed, observeShapes, Zeros } from './summary-shapes.js';
import { variablesOf } from './tree.js';

/** The dtypes of a batch of zeros. */
const DTYPES = ['float32', 'int32', 'bool'] as const;

/** Options of {@link summary}. */
export interface SummaryOptions {
  /**
   * The dtype of the zeros for an input that is given as a shape, default float32. Token ids are
   * int32.
   */
  dtype?: 'float32' | 'int32' | 'bool' | undefined;
}

const SUMMARY_OPTIONS: OptionNames<SummaryOptions> = { dtype: true };

/** The shape of one example, and its dtype. */
export interface SummaryShape {
  /** The shape without the batch. */
  readonly shape: readonly number[];
  /** The dtype of the zeros. */
  readonly dtype: 'float32' | 'int32' | 'bool';
}

/**
 * An input for {@link summary}: the shape of one example, with or without a dtype, an example
 * batch, or a list with one of these for each input of the model. Other values in the list are
 * passed on unchanged: undefined, an object of options.
 */
export type SummaryInput<Inputs extends readonly unknown[]> =
  | readonly number[]
  | SummaryShape
  | Tensor
  | { readonly [Index in keyof Inputs]: Inputs[Index] | readonly number[] | SummaryShape };

/**
 * A table of a model's layers: path, type, shape of the output (N for the batch), parameters; and
 * their sums.
 *
 * It runs the model once, in evaluation mode, on zeros or on an example, without calling registered
 * hooks. It leaves no tensor behind, and restores every module's training mode, every variable, the
 * default generator and the modules' generators, even if the model throws. A parameter that two
 * layers share is counted once, in the first of them.
 *
 * Pass a list to a model with several inputs. If a module has several inputs, a column shows the
 * inputs of all.
 *
 * @param input the shape of one example, without the batch: `[784]`, `[28, 28]`,
 *   `{ shape: [16], dtype: 'int32' }`; or a batch of examples, a tensor; or a list with one of
 *   these for each input: `[{ shape: [16], dtype: 'int32' }, [8], mask]`
 *
 * @example
 * ```ts
 * import '@tensorflow/tfjs';
 * import { Linear, Sequential, Tanh, summary } from '@trainkit/nn';
 *
 * console.log(summary(new Sequential(new Linear(784, 256), new Tanh(), new Linear(256, 10)), [784]));
 * // → layer    type        output shape  parameters
 * // → ─────────────────────────────────────────────
 * // → (model)  Sequential  [N, 10]                0
 * // → 0        Linear      [N, 256]         200,960
 * // → 1        Tanh        [N, 256]               0
 * // → 2        Linear      [N, 10]            2,570
 * // → ─────────────────────────────────────────────
 * // → parameters: 203,530, trainable: 203,530, frozen: 0
 * ```
 */
export function summary<M extends AnyModule>(
  model: M,
  input: SummaryInput<InputsOf<M>>,
  options?: SummaryOptions,
): string;
export function summary(model: AnyModule, input: unknown, options: SummaryOptions = {}): string {
  checkModule('summary', 'model', model);
  for (const [path, variable] of model.namedParameters()) checkTensor('summary', path, variable);
  const { dtype } = checkOptions('summary', options, SUMMARY_OPTIONS);
  if (dtype !== undefined) checkOneOf('summary', 'dtype', dtype, DTYPES);
  const inputs = inputsOf(input);
  const areDefault = inputs.some(isShape);
  if (dtype !== undefined && !areDefault) {
    const instead = `Write tensor.cast('${dtype}') for an example of another dtype.`;
    const expectation = 'no dtype beside an example or a shape with its own';
    throw new TypeError(expected('summary', 'dtype', dtype, expectation, instead));
  }
  const given = inputs.map((item) =>
    isShape(item) ? new Zeros(item, dtype) : isTypedShape(item) ? new Zeros(item.shape, item.dtype) : item,
  );
  return table(model, observeShapes(model, given, areDefault && dtype === undefined));
}

function table(model: Module, observed: ReadonlyMap<Module, Observed>): string {
  const own = parametersOf(model);
  const showsInputs = [...observed.values()].some(({ takesOne }) => !takesOne);
  const rows = model.namedModules().map(([path, module]) => {
    const { inputs, output } = observed.get(module) ?? { inputs: '–', output: '–' };
    return [
      path === '' ? '(model)' : path,
      module.constructor.name,
      ...(showsInputs ? [inputs] : []),
      output,
      count(own.get(module) ?? []),
    ];
  });
  const parameters = model.parameters();
  const totals: [string, Tensor[]][] = [
    ['parameters', parameters],
    ['trainable', parameters.filter(({ trainable }) => trainable)],
    ['frozen', parameters.filter(({ trainable }) => !trainable)],
  ];
  const columns = ['layer', 'type', ...(showsInputs ? ['input shapes'] : []), 'output shape', 'parameters'];
  const sums = totals.map(([name, tensors]) => `${name}: ${count(tensors)}`).join(', ');
  return `${aligned([columns, ...rows])}\n${sums}`;
}

/** The inputs of the model as a list of tensors, shapes, and values that are passed on. */
function inputsOf(input: unknown): readonly unknown[] {
  if (input instanceof Tensor || isTypedShape(input)) return checkedInputs([input], input);
  if (!Array.isArray(input)) throw wrongInput(input);
  const given: readonly unknown[] = input;
  if (given.every((item) => typeof item === 'number')) return checkedInputs([given], input);
  return checkedInputs(given, input);
}

function checkedInputs(inputs: readonly unknown[], input: unknown): readonly unknown[] {
  for (const [i, item] of inputs.entries()) {
    const at = inputs.length === 1 ? '' : `[${i}]`;
    if (item instanceof Tensor) checkTensor('summary', `input${at}`, item);
    if (isTypedShape(item)) checkOneOf('summary', `input${at}.dtype`, item.dtype, DTYPES);
    const shape = isTypedShape(item) ? item.shape : item;
    if (isShape(shape) && !shape.every((size) => Number.isSafeInteger(size) && size >= 0))
      throw wrongInput(input);
  }
  if (!inputs.some((item) => item instanceof Tensor || isShape(item) || isTypedShape(item)))
    throw wrongInput(input);
  return inputs;
}

/** True if an input is given as a shape, valid or not. */
function isShape(item: unknown): item is readonly number[] {
  return Array.isArray(item) && item.every((size) => typeof size === 'number');
}

/**
 * True if an input is a shape with its dtype and nothing else; an object of options with further
 * properties is passed on.
 */
function isTypedShape(item: unknown): item is SummaryShape {
  if (!isObject(item) || Object.keys(item).sort().join() !== 'dtype,shape') return false;
  return 'shape' in item && isShape(item.shape);
}

function isObject(item: unknown): item is object {
  return typeof item === 'object' && item !== null && isPlain(item);
}

/** The error for an invalid input; a list of tensors is checked elsewhere, one by one. */
function wrongInput(input: unknown): RangeError {
  const expectation = 'the shape of one example, without the batch';
  return new RangeError(expected('summary', 'input', input, expectation, 'Write for example [28, 28].'));
}

/** Each module's own parameters; a shared one belongs to the first module only. */
function parametersOf(model: Module): Map<Module, Tensor[]> {
  const seen = new Set<Tensor>();
  const own = (module: Module) =>
    variablesOf(module).flatMap(([, value]) => {
      if (seen.has(value) || !isParameter(value)) return [];
      seen.add(value);
      return [value];
    });
  return new Map(model.modules().map((module) => [module, own(module)]));
}

function count(tensors: readonly Tensor[]): string {
  const size = tensors.reduce((sum, tensor) => sum + tensor.size, 0);
  return size.toLocaleString('en-US');
}

/** Columns of equal width; the last one contains numbers and is right-aligned. */
function aligned(table: readonly (readonly string[])[]): string {
  const widths = (table[0] ?? []).map((_, column) =>
    Math.max(...table.map((row) => row[column]?.length ?? 0)),
  );
  const lines = table.map((row) =>
    row
      .map((cell, i) => (i === row.length - 1 ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)))
      .join('  '),
  );
  const rule = '─'.repeat(widths.reduce((sum, width) => sum + width + 2, -2));
  return [lines[0], rule, ...lines.slice(1), rule].join('\n');
}
