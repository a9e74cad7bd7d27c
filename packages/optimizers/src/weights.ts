import { scalar, type Tensor, tensor1d, type Variable } from '@tensorflow/tfjs-core';
import { expected, show } from '@trainkit/checks';
import { checkTensorShape } from '@trainkit/checks/tensor';
import type { NamedTensor } from './gradients.js';
import { ParameterState } from './parameter-state.js';
import { splitScales, type VariableState } from './state-dict.js';

const ITERATIONS = 'iter';

/**
 * State as the list of named tensors that a saved model holds: `iter`, then for each variable `KEY/step` and its
 * tensors, `KEY/exp_avg`. `made` are those that belong to nobody yet.
 */
export function writeWeights(
  iterations: number,
  states: readonly (readonly [key: string, state: ParameterState | undefined])[],
): { weights: NamedTensor[]; made: Tensor[] } {
  const made: Tensor[] = [];
  const count = (name: string, value: number): NamedTensor => {
    const tensor = scalar(value, 'int32');
    made.push(tensor);
    return { name, tensor };
  };
  const double = (name: string, value: number): NamedTensor => {
    // Its 64 bits, of which a float32 would lose half.
    const tensor = tensor1d([...new Int32Array(Float64Array.of(value).buffer)], 'int32');
    made.push(tensor);
    return { name, tensor };
  };
  const weights = [
    count(ITERATIONS, iterations),
    ...states.flatMap(([key, state]) => {
      if (state === undefined) return [];
      const tensors = state
        .entries()
        .flatMap(([name, { tensor, scale }]) => [
          { name: `${key}/${name}`, tensor },
          ...(scale === 1 ? [] : [double(`${key}/${name}_scale`, scale)]),
        ]);
      return [count(`${key}/step`, state.step), ...tensors];
    }),
  ];
  return { weights, made };
}

/** Reads what {@link writeWeights} wrote; whether it fits the variables is checked where they are known. */
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
    if (end < 1 || !['step', ...stateKeys, ...stateKeys.map((one) => `${one}_scale`)].includes(kind)) {
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

async function readWeight(kind: string, tensor: Tensor): Promise<Tensor | number> {
  if (kind === 'step') return readCount(tensor);
  if (!kind.endsWith('_scale')) return tensor;
  const [double = Number.NaN] = new Float64Array(Int32Array.from(await tensor.data()).buffer);
  return double;
}

async function readCount(tensor: Tensor): Promise<number> {
  const [count = 0] = await tensor.data();
  return count;
}

/** State of variables that are not known yet: a loaded model hands them over at its first step. */
export class PendingWeights {
  #states: { name: string; state: ParameterState }[] = [];

  /** Copies the tensors. */
  put(states: ReadonlyMap<string, VariableState>): void {
    this.dispose();
    for (const [name, { step, ...others }] of states) {
      const { tensors, scales } = splitScales(others);
      const kept = Object.entries(tensors).flatMap(([key, value]) =>
        typeof value === 'number' ? [] : [[key, { tensor: value, scale: Number(scales[key] ?? 1) }] as const],
      );
      const state = ParameterState.copy(step, kept);
      this.#states.push({ name, state });
    }
  }

  /** What no variable has claimed yet. */
  entries(): (readonly [name: string, state: ParameterState])[] {
    return this.#states.map(({ name, state }) => [name, state]);
  }

  /**
   * Hands each variable its state, by its name; and where TensorFlow.js has numbered the names of a second model in
   * one program (`kernel_1`), by the name without that number, in order.
   *
   * @throws where none of the variables has any, or one of another shape
   */
  claim(optimizer: string, variables: readonly Variable[]): Map<Variable, ParameterState> {
    const claimed = new Map<Variable, ParameterState>();
    if (this.#states.length === 0) return claimed;
    const taken = new Set<ParameterState>();
    for (const same of [sameName, sameBaseName]) {
      for (const variable of variables) {
        if (claimed.has(variable)) continue;
        const found = this.#states.find(({ name, state }) => !taken.has(state) && same(name, variable.name));
        if (found === undefined) continue;
        claimed.set(variable, found.state);
        taken.add(found.state);
      }
    }
    if (claimed.size === 0) {
      throw new Error(
        `${optimizer}: the loaded weights are of ${this.#states.map(({ name }) => name).join(', ')}, and none of ` +
          `${variables.map(({ name }) => name).join(', ')}. Load them into an optimizer of the same model.`,
      );
    }
    for (const [variable, state] of claimed) {
      for (const [key, { tensor }] of state.entries()) {
        const name = `the loaded ${key} of ${show(variable.name)}`;
        checkTensorShape(optimizer, name, tensor, variable.shape, 'that of the variable');
      }
    }
    this.#states = this.#states.filter(({ state }) => !taken.has(state));
    return claimed;
  }

  dispose(): void {
    for (const { state } of this.#states) state.dispose();
    this.#states = [];
  }
}

function sameName(a: string, b: string): boolean {
  return a === b;
}

function sameBaseName(a: string, b: string): boolean {
  return a.replace(/_\d+$/, '') === b.replace(/_\d+$/, '');
}
