import { clone, dispose, keep, scalar, Tensor, tensor, type Variable } from '@tensorflow/tfjs-core';
import { expected, show } from '@trainkit/checks';
import type { NamedTensor } from './gradients.js';
import type { VariableState } from './state-dict.js';

const ITERATIONS = 'iter';

/**
 * State as the list of named tensors that a saved model holds: `iter`, then for each variable
 * `KEY/step` and its tensors, `KEY/exp_avg`. An element of float64 is written as two of int32.
 * `made` are the tensors that belong to nobody yet.
 */
export function writeWeights(
  iterations: number,
  states: readonly (readonly [key: string, state: VariableState])[],
): { weights: NamedTensor[]; made: Tensor[] } {
  const made: Tensor[] = [];
  const toTensor = (value: Tensor | Float64Array | number): Tensor => {
    if (value instanceof Tensor) return value;
    const one =
      typeof value === 'number'
        ? scalar(value, 'int32')
        : tensor(new Int32Array(value.slice().buffer), [value.length, 2], 'int32');
    made.push(one);
    return one;
  };
  const weights = [
    { name: ITERATIONS, tensor: toTensor(iterations) },
    ...states.flatMap(([key, state]) =>
      Object.entries(state).map(([name, value]) => ({ name: `${key}/${name}`, tensor: toTensor(value) })),
    ),
  ];
  return { weights, made };
}

/**
 * Reads what {@link writeWeights} wrote; whether it fits the variables is checked where they are
 * known.
 */
export async function readWeights(
  optimizer: string,
  weights: readonly NamedTensor[],
  stateKeys: readonly string[],
): Promise<{ iterations: number; states: Map<string, VariableState> }> {
  const [first, ...others] = weights;
  if (first?.name !== ITERATIONS) {
    throw new Error(
      expected(
        `${optimizer}.setWeights`,
        'the name of the first weight',
        first?.name,
        show(ITERATIONS),
        'Weights of another optimizer cannot be loaded.',
      ),
    );
  }
  const states = new Map<string, VariableState>();
  for (const { name, tensor } of others) {
    const end = name.lastIndexOf('/');
    const [key, kind] = [name.slice(0, end), name.slice(end + 1)];
    if (end < 1 || !['step', ...stateKeys].includes(kind)) {
      throw new Error(
        expected(
          `${optimizer}.setWeights`,
          'the name of a weight',
          name,
          `a name that ends in /${['step', ...stateKeys].join(', /')}`,
          'Weights of another optimizer cannot be loaded.',
        ),
      );
    }
    const state = states.get(key) ?? { step: 0 };
    states.set(key, { ...state, [kind]: await readWeight(kind, tensor) });
  }
  return { iterations: await readCount(first.tensor), states };
}

async function readWeight(kind: string, weight: Tensor): Promise<Tensor | Float64Array | number> {
  if (kind === 'step') return readCount(weight);
  if (weight.dtype !== 'int32') return weight;
  return new Float64Array(Int32Array.from(await weight.data()).buffer);
}

async function readCount(weight: Tensor): Promise<number> {
  const [count = 0] = await weight.data();
  return count;
}

/** States of variables that are not known yet: a loaded model hands them over at its first step. */
export class DeferredStates {
  readonly #states = new Map<string, VariableState>();

  /** Puts copies of other states in the place of all. */
  put(states: ReadonlyMap<string, VariableState>): void {
    this.dispose();
    for (const [name, state] of states) {
      const copies = Object.entries(state).map(
        ([key, value]) => [key, value instanceof Tensor ? keep(clone(value)) : value] as const,
      );
      this.#states.set(name, { step: state.step, ...Object.fromEntries(copies) });
    }
  }

  /** Returns the states that no variable has claimed yet, by the names of variables. */
  entries(): [name: string, state: VariableState][] {
    return [...this.#states];
  }

  /** Frees the state of that name, which a variable has claimed, or all. */
  dispose(...names: readonly string[]): void {
    for (const name of names.length > 0 ? names : [...this.#states.keys()]) {
      for (const value of Object.values(this.#states.get(name) ?? {}))
        if (value instanceof Tensor) dispose(value);
      this.#states.delete(name);
    }
  }

  /**
   * Returns the state of each variable, by its name; or where TensorFlow.js has numbered the names
   * of a second model in one program (`kernel_1`), the name without that number, in order.
   *
   * @throws where one of the variables has none, and there is one of no variable
   */
  match(
    optimizer: string,
    variables: readonly Variable[],
  ): Map<Variable, readonly [name: string, state: VariableState]> {
    const matched = new Map<Variable, readonly [name: string, state: VariableState]>();
    if (this.#states.size === 0) return matched;
    const taken = new Set<string>();
    for (const same of SAME) {
      for (const variable of variables) {
        if (matched.has(variable)) continue;
        const found = [...this.#states].find(([name]) => !taken.has(name) && same(name, variable.name));
        if (found === undefined) continue;
        matched.set(variable, found);
        taken.add(found[0]);
      }
    }
    const missing = variables.filter((variable) => !matched.has(variable));
    const left = [...this.#states.keys()].filter((name) => !taken.has(name));
    if (missing.length > 0 && left.length > 0) {
      throw new Error(
        `${optimizer}: the loaded weights are of ${left.join(', ')}, and none of ` +
          `${missing.map(({ name }) => name).join(', ')}. Load them into an optimizer of the same model.`,
      );
    }
    return matched;
  }
}

/** A name without the number that TensorFlow.js has put behind it. */
const base = (name: string) => name.replace(/_\d+$/, '');

/**
 * The ways in which a name of a state can be that of a variable; a weight may have a number of its
 * own (`w_1`).
 */
const SAME: readonly ((state: string, variable: string) => boolean)[] = [
  (state, variable) => state === variable,
  (state, variable) => state === base(variable),
  (state, variable) => base(state) === variable,
  (state, variable) => base(state) === base(variable),
];
