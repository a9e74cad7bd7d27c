import { dispose, type serialization, type Tensor, type Variable } from '@tensorflow/tfjs-core';
import { checkFlag, checkOptions, type OptionNames } from '@trainkit/checks';
import { preventCapture } from '@trainkit/kernels/capture';
import type { NamedTensor } from './gradients.js';
import type { OptimizerOptions } from './hyperparameters.js';
import type { AnyOptionTable } from './option-rules.js';
import type { ResolvedGroup } from './parameter-groups.js';
import type { DeferredState, ParameterRegistry } from './parameter-registry.js';
import { ParameterState } from './parameter-state.js';
import {
  type LoadOptimizerOptions,
  type OptimizerLoadReport,
  type OptimizerState,
  readState,
  readVariableState,
  type SavedOptimizer,
  variablesIn,
  writeState,
} from './state-dict.js';
import { writeWeights } from './weights.js';

const LOAD: OptionNames<LoadOptimizerOptions> = { strict: true };

/** The parts of an optimizer that its saved forms are made of. */
interface Parts<Options> {
  name: string;
  table: AnyOptionTable;
  registry: ParameterRegistry<Options & object>;
  groups: readonly ResolvedGroup<Options>[];
  stateKeys: () => readonly string[];
  /** Returns true for a key that the variable has once it is updated. */
  isRequired: (key: string, variable: Variable) => boolean;
  shapeOf: (key: string, variable: Variable, group: ResolvedGroup<Options>) => readonly number[];
  scaleOf: (key: string, group: ResolvedGroup<Options>) => number;
  /** Throws where one of the options is not allowed. */
  checkOptions: (where: string, options: ResolvedGroup<Options>) => void;
}

/**
 * The saving and loading of an optimizer: its `stateDict()`, and what a saved `tf.LayersModel` has
 * of it.
 */
export class Saving<Options extends OptimizerOptions> {
  readonly #parts: Parts<Options>;
  /** The tensors of the last weights that belong to nobody else. */
  #handedOut: Tensor[] = [];

  constructor(parts: Parts<Options>) {
    this.#parts = parts;
  }

  /** Returns the state; its tensors are the optimizer's own. */
  stateDict(iterations: number): OptimizerState {
    return writeState(this.#saved(), iterations);
  }

  /**
   * Loads a state but for the number of steps, which it returns with the keys that were left.
   *
   * @throws where anything does not fit; nothing was loaded then
   */
  load(
    state: OptimizerState,
    options: LoadOptimizerOptions,
  ): { iterations: number; report: OptimizerLoadReport } {
    const { name, registry, scaleOf } = this.#parts;
    const where = `${name}.loadStateDict`;
    const { strict = true } = checkOptions(where, options, LOAD);
    checkFlag(where, 'strict', strict);
    preventCapture(`it loads a state into ${name}; load it between calls`);
    const undo = registry.become(variablesIn(state));
    let loaded: ReturnType<typeof readState<ResolvedGroup<Options>>>;
    try {
      loaded = readState(state, this.#saved(), strict);
    } catch (error) {
      undo();
      throw error;
    }
    for (const { group, config, learningRate } of loaded.groups) {
      Object.assign(group, config, learningRate === null ? {} : { learningRate });
    }
    // All is copied before anything is freed: the state may be this optimizer's own.
    const states = [...loaded.states].map(([variable, { step, tensors }]) => {
      const group = registry.groupOf(variable);
      return [variable, ParameterState.load(step, tensors, (key) => scaleOf(key, group))] as const;
    });
    registry.replaceStates(new Map(states));
    return loaded;
  }

  /**
   * Checks the state that was loaded for a variable before it was known, and returns the function
   * that loads it.
   */
  readDeferred({ variable, group, key, given }: DeferredState<Options>): () => ParameterState {
    const { name, scaleOf } = this.#parts;
    const entry = { key, given, variable, group };
    const { problems, step, tensors } = readVariableState(this.#saved(), entry);
    if (problems.length > 0) throw new Error(`${name}: the loaded state of ${problems.join(' ')}`);
    return () => ParameterState.load(step, tensors, (each) => scaleOf(each, group));
  }

  /** Returns a state in the form of a saved model; the tensors stay the optimizer's. */
  weights({ iterations, state }: OptimizerState): NamedTensor[] {
    dispose(this.#handedOut);
    const states = [...Object.entries(state), ...this.#parts.registry.deferred.entries()];
    const { weights, made } = writeWeights(iterations, states);
    this.#handedOut = made;
    return weights;
  }

  /** Returns the options; throws where JSON cannot hold them: a schedule, or several groups. */
  config(): serialization.ConfigDict {
    const { name, groups } = this.#parts;
    const [group, ...others] = groups;
    if (group === undefined || others.length > 0) {
      throw new Error(
        `${name}: a saved model has one set of options; this optimizer has ${groups.length} groups. ` +
          'Save optimizer.stateDict() beside the model.',
      );
    }
    if (typeof group.learningRate === 'function') {
      throw new Error(
        `${name}: a schedule is a function and cannot be saved with a model. Set optimizer.learningRate to a ` +
          'number before model.save, and to the schedule after tf.loadLayersModel.',
      );
    }
    return { learningRate: group.learningRate, ...configOf(group) };
  }

  /** Frees the tensors of the last weights. */
  dispose(): void {
    dispose(this.#handedOut);
    this.#handedOut = [];
  }

  #saved(): SavedOptimizer<ResolvedGroup<Options>> {
    const { name, table, registry, groups, stateKeys, isRequired, shapeOf, ...parts } = this.#parts;
    const { learningRate: _, ...names } = table;
    return {
      optimizer: name,
      groups,
      stateKeys: stateKeys(),
      isRequired,
      shapeOf,
      configOf,
      keyOf: (variable) => registry.keyOf(variable),
      stateOf: (variable) => registry.stateOf(variable),
      checks: (where, group, config) => [
        () => void checkOptions<object>(where, config, names),
        () => parts.checkOptions(where, { ...group, ...config }),
      ],
    };
  }
}

/** The options of a group that JSON can hold, without the learning rate. */
function configOf(group: object): serialization.ConfigDict {
  const options = Object.entries(group).filter(([name]) => name !== 'params' && name !== 'learningRate');
  return Object.fromEntries(options.map(([name, value]) => [name, asConfig(value)] as const));
}

/** The value of an option as JSON holds it. */
function asConfig(value: unknown): serialization.ConfigDictValue {
  if (Array.isArray(value)) return value.map(asConfig);
  const isPlain = ['string', 'number', 'boolean'].includes(typeof value);
  return isPlain ? (value as string | number | boolean) : null;
}
