import type { Mode } from '../searchers/searcher.js';
import type { Config, Space } from '../space/space.js';

/** The search that makes the configs. */
export type SearchDefinition =
  | {
      /** All configs of a grid. */
      readonly type: 'grid';
      /** The number of values by parameter, as `GridSearcher` takes it. */
      readonly points?: Readonly<Record<string, number>> | undefined;
    }
  | {
      /** `RandomSearcher`, `SobolSearcher` or `TpeSearcher`. */
      readonly type: 'random' | 'sobol' | 'tpe';
      /** Configs in all. */
      readonly trials: number;
      /** The seed of the search. Default 0. */
      readonly seed?: number | undefined;
    };

/** The early stopping of trials. */
export interface HalvingDefinition {
  /** `AshaSearcher` or `HyperbandSearcher`. */
  readonly type: 'asha' | 'hyperband';
  /** Steps of the first rung; those of the last are the sweep's `steps`. */
  readonly minSteps: number;
  /** Of how many trials of a rung one goes on. Default 3. */
  readonly reduction?: number | undefined;
}

/** Limits of a sweep; nothing is begun that would exceed one. */
export interface SweepLimits {
  /** Runs in all: configs times seeds. Default no limit. */
  readonly maxRuns?: number | undefined;
  /** Steps of all runs together. Default no limit. */
  readonly maxSteps?: number | undefined;
}

/** A sweep as data: what a JSON file holds. */
export interface SweepDefinition {
  /** The name, of letters, digits and `._-`. */
  readonly name: string;
  /**
   * The module that exports `run(config, context)`; a relative path counts from the file of the
   * definition.
   */
  readonly target: string;
  /** The parameters. */
  readonly space: Space;
  /** Settings of all runs, which no parameter has. Default none. */
  readonly base?: Config | undefined;
  /** The search that makes the configs. */
  readonly search: SearchDefinition;
  /** The early stopping of trials. Default: none. */
  readonly halving?: HalvingDefinition | undefined;
  /** The direction in which the value of a run is better. Default `'min'`. */
  readonly mode?: Mode | undefined;
  /** Steps of a whole run. Default 1, for programs that count none. */
  readonly steps?: number | undefined;
  /** Seeds with which each config is trained; the value of a trial is their mean. Default `[0]`. */
  readonly seeds?: readonly number[] | undefined;
  /** Failures after which a run is tried again. Default 2. */
  readonly retries?: number | undefined;
  /** Limits of the sweep. Default none. */
  readonly limits?: SweepLimits | undefined;
}

/** A checked {@link SweepDefinition} with its defaults. */
export interface Sweep extends SweepDefinition {
  /** Settings of all runs. */
  readonly base: Config;
  /** The direction in which the value of a run is better. */
  readonly mode: Mode;
  /** Steps of a whole run. */
  readonly steps: number;
  /** Seeds with which each config is trained. */
  readonly seeds: readonly number[];
  /** Failures after which a run is tried again. */
  readonly retries: number;
  /** Limits of the sweep. */
  readonly limits: SweepLimits;
}
