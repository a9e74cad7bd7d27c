import { type Tensor, tidy, zeros } from '@tensorflow/tfjs-core';
import { expected } from '@trainkit/checks';
import { checkTensor } from '@trainkit/checks/tensor';
import { observing } from './hooks.js';
import { checkModule, type Module } from './module.js';
import { isParameter } from './parameter.js';
import { variablesOf } from './tree.js';

/** The batch that the model is run on; a first dimension of this size is written N. */
const BATCH = 2;

/**
 * A table of a model's layers: path, type, shape of the output (N for the batch), parameters; and their sums.
 *
 * Runs the model once, in evaluation mode, on zeros, and without the hooks that were registered. It draws no random
 * number, leaves no tensor, and puts every module's training mode back, also where the model throws. A parameter that two layers share is counted once, in the first of them.
 *
 * @param inputShape the shape of one example, without the batch: `[784]`, `[28, 28]`
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
export function summary(model: Module, inputShape: readonly number[]): string {
  checkArguments(model, inputShape);
  const shapes = outputShapes(model, inputShape);
  const own = parametersOf(model);
  const rows = model.namedModules().map(([path, module]) => {
    const shape = shapes.get(module);
    return [
      path === '' ? '(model)' : path,
      module.constructor.name,
      shape === undefined ? '–' : shape,
      count(own.get(module) ?? []),
    ];
  });
  const parameters = model.parameters();
  const totals: [string, Tensor[]][] = [
    ['parameters', parameters],
    ['trainable', parameters.filter(({ trainable }) => trainable)],
    ['frozen', parameters.filter(({ trainable }) => !trainable)],
  ];
  const table = [['layer', 'type', 'output shape', 'parameters'], ...rows];
  const sums = totals.map(([name, tensors]) => `${name}: ${count(tensors)}`).join(', ');
  return `${aligned(table)}\n${sums}`;
}

function outputShapes(model: Module, inputShape: readonly number[]): Map<Module, string> {
  const shapes = new Map<Module, string>();
  const modules = model.modules();
  const modes = modules.map(({ training }) => training);
  const observe = (module: Module, { shape: [first, ...rest] }: Tensor) => {
    const batch = first === undefined ? [] : [first === BATCH ? 'N' : first];
    shapes.set(module, `[${[...batch, ...rest].join(', ')}]`);
  };
  try {
    model.eval();
    tidy(() => {
      observing(modules, observe, () => model.forward(zeros([BATCH, ...inputShape])));
    });
  } finally {
    for (const [i, module] of modules.entries()) module.training = modes[i]!;
  }
  return shapes;
}

function checkArguments(model: unknown, inputShape: unknown): void {
  checkModule('summary', 'model', model);
  for (const [path, variable] of model.namedParameters()) checkTensor('summary', path, variable);
  if (Array.isArray(inputShape) && inputShape.every((size) => Number.isSafeInteger(size) && size >= 0))
    return;
  const expectation = 'the shape of one example, without the batch';
  throw new RangeError(
    expected('summary', 'inputShape', inputShape, expectation, 'Write for example [28, 28].'),
  );
}

/** Each module's own parameters; one that is shared only with the module that comes first. */
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

/** Columns of equal width; the last one, of numbers, to the right. */
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
