import { type DataType, Tensor, tidy, zeros } from '@tensorflow/tfjs-core';
import { errorMessage, isPlain, show } from '@trainkit/checks';
import { defaultGenerator, type Generator, isGenerator } from '@trainkit/random';
import { bareForward, observing } from './hooks.js';
import type { Module } from './module.js';
import { checkDepth } from './too-deep.js';

/** The batch size of the zeros that replace an input shape. */
const BATCH = 2;

/** An input of zeros: the shape without the batch, and the dtype. */
export class Zeros {
  readonly shape: readonly number[];
  readonly dtype: DataType;

  constructor(shape: readonly number[], dtype: DataType = 'float32') {
    this.shape = shape;
    this.dtype = dtype;
  }

  make(): Tensor {
    return zeros([BATCH, ...this.shape], this.dtype);
  }
}

/** The shapes that a module's last call had, as text. */
export interface Observed {
  inputs: string;
  output: string;
  /** True if the input was a single tensor. */
  takesOne: boolean;
}

/**
 * Runs the model once, in evaluation mode, and returns the shapes of each module's inputs and
 * outputs; restores all state afterwards.
 *
 * @param inputs a tensor, zeros, or another value for each input
 * @param areDefault true if some of the zeros have the default dtype
 */
export function observeShapes(
  model: Module,
  inputs: readonly unknown[],
  areDefault: boolean,
): Map<Module, Observed> {
  checkDepth('summary', depthOf(model));
  const observed = new Map<Module, Observed>();
  const modules = model.modules();
  const modes = modules.map(({ training }) => training);
  const generators = generatorsOf(modules).map((generator) => [generator, generator.stateDict()] as const);
  tidy(() => {
    const variables = [...model.parameters(), ...model.buffers()].map(
      (variable) => [variable, variable.isDisposed ? null : variable.clone()] as const,
    );
    try {
      model.eval();
      const given = inputs.map((input) => (input instanceof Zeros ? input.make() : input));
      const batch = batchOf(inputs, given);
      const observe = (module: Module, received: readonly unknown[], output: unknown) => {
        observed.set(module, {
          inputs: received.map((value) => shapesIn(value, batch)).join(', '),
          output: shapesIn(output, batch),
          takesOne: received.length === 1 && received[0] instanceof Tensor,
        });
      };
      const { length: arity } = bareForward(model);
      observing(modules, observe, () => {
        run(model, given, { arity, ofZeros: areDefault });
      });
    } finally {
      for (const [i, module] of modules.entries()) module.training = modes[i]!;
      for (const [generator, state] of generators) generator.loadStateDict(state);
      for (const [variable, before] of variables) {
        if (before !== null && !variable.isDisposed && variable.dataId !== before.dataId)
          variable.assign(before);
      }
    }
  });
  return observed;
}

/** Calls the model; an error about dtypes or missing inputs says how to pass other inputs. */
function run(
  model: Module,
  given: readonly unknown[],
  { arity, ofZeros }: { arity: number; ofZeros: boolean },
): void {
  try {
    Reflect.apply(model.forward, model, given);
  } catch (error) {
    const message = errorMessage(error);
    const needsDtype = ofZeros && /\b(int32|bool)\b/.test(message);
    const needsMore = arity > given.length && /undefined/.test(message);
    if (!needsDtype && !needsMore) throw error;
    const advice = needsDtype
      ? given.length === 1
        ? "The model got float32 zeros. Where it takes token ids, write summary(model, [16], { dtype: 'int32' })."
        : 'The model got float32 zeros. For token ids, write one dtype for each: ' +
          "summary(model, [{ shape: [16], dtype: 'int32' }, [8]])."
      : `The model got ${given.length} of ${arity} inputs. Write summary(model, [[16], mask]).`;
    throw new Error(`summary: ${message.replace(/\.?$/, '.')} ${advice}`, { cause: error });
  }
}

/** The largest depth of nested modules. */
function depthOf(model: Module): number {
  return model.namedModules().reduce((most, [path]) => Math.max(most, path.split('.').length), 0) + 1;
}

/** The size of the batch: that of the zeros, or of the first example that has one. */
function batchOf(inputs: readonly unknown[], given: readonly unknown[]): number | null {
  if (inputs.some((input) => input instanceof Zeros)) return BATCH;
  const examples = given.filter((value) => value instanceof Tensor);
  return examples.find(({ rank }) => rank > 0)?.shape[0] ?? null;
}

/** The shapes in a value, as text: `[N, 10]`, `([N, 4], [N, 4])`, `{ logits: [N, 10] }`. */
function shapesIn(value: unknown, batch: number | null): string {
  if (value instanceof Tensor) {
    const [first, ...rest] = value.shape;
    const sizes = first === undefined ? [] : [first === batch ? 'N' : first];
    return `[${[...sizes, ...rest].join(', ')}]`;
  }
  if (Array.isArray(value)) return `(${value.map((item) => shapesIn(item, batch)).join(', ')})`;
  if (typeof value !== 'object' || value === null) return show(value);
  if (!isPlain(value)) return value.constructor.name;
  const fields = Object.entries(value).map(([name, item]) => `${name}: ${shapesIn(item, batch)}`);
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
}

/**
 * The generators that a model may draw from in its forward pass: the default one, and those that
 * modules hold.
 */
function generatorsOf(modules: readonly Module[]): Generator[] {
  const held = modules.flatMap((module) => Object.values(module).filter(isGenerator));
  return [...new Set([defaultGenerator, ...held])];
}
