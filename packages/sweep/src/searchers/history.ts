import { expected, isPlain, show } from '@trainkit/checks';
import { isConfigOf } from '../space/config.js';
import { isJson } from '../space/json.js';
import type { Space } from '../space/space.js';
import type { Suggestion, TrialRecord } from './searcher.js';

/** The trials of a search with their values. */
export class History {
  readonly #records: TrialRecord[] = [];

  /** The trials, in the order of their numbers. */
  get records(): readonly TrialRecord[] {
    return this.#records;
  }

  /** Adds a new trial, or raises the steps of one. */
  record(where: string, { trial, config, steps }: Suggestion): void {
    const known = this.#records[trial];
    if (known !== undefined && steps > known.steps) this.#records[trial] = { ...known, steps };
    else if (trial === this.#records.length) this.#records.push({ config, steps, values: [] });
    else {
      const next = this.#records.length;
      throw new RangeError(
        known === undefined
          ? expected(where, 'trial', trial, `${next}, the number of the next trial`)
          : expected(
              where,
              'steps',
              steps,
              `more steps than ${known.steps}, to which trial ${trial} was asked`,
            ),
      );
    }
  }

  /** Adds a value, and returns false where the trial has one after these steps. */
  tell(where: string, trial: number, value: number | null, steps?: number): boolean {
    const known = this.#records[trial];
    if (known === undefined) {
      const last = this.#records.length - 1;
      throw new RangeError(
        expected(where, 'trial', trial, last < 0 ? 'no trial before ask()' : `a trial from 0 to ${last}`),
      );
    }
    if (value !== null && typeof value !== 'number') {
      throw new TypeError(expected(where, 'value', value, 'a number, or null for a trial that failed'));
    }
    const after = steps ?? known.steps;
    if (!isCount(after) || after > known.steps) {
      throw new RangeError(expected(where, 'steps', after, `a whole number from 1 to ${known.steps}`));
    }
    if (known.values.some(([each]) => each === after)) return false;
    const finite = value !== null && Number.isFinite(value) ? value : null;
    const values = [...known.values, [after, finite] as const].sort(([a], [b]) => a - b);
    this.#records[trial] = { ...known, values };
    return true;
  }

  /** Everything in which `trials` are no trials of a search over `space`. */
  static problems(space: Space, trials: unknown): string[] {
    if (!Array.isArray(trials)) return [`trials is ${show(trials)}; expected a list of trials`];
    const odd = trials.findIndex((trial: unknown) => !isTrial(space, trial));
    return odd < 0 ? [] : [`trials[${odd}] is no trial of this space`];
  }

  /** Takes trials that have no {@link problems}. */
  load(trials: readonly TrialRecord[]): void {
    this.#records.length = 0;
    for (const trial of trials) this.#records.push(copyTrial(trial));
  }
}

/** A copy that shares nothing that may change; a config does not. */
export function copyTrial({ config, steps, values }: TrialRecord): TrialRecord {
  return { config, steps, values: values.map(([after, value]) => [after, value]) };
}

function isTrial(space: Space, trial: unknown): trial is TrialRecord {
  if (!isPlain(trial)) return false;
  const { config, steps, values }: { config?: unknown; steps?: unknown; values?: unknown } = trial;
  if (!isPlain(config) || !isJson(config) || !isConfigOf(space, config)) return false;
  if (!isCount(steps) || !Array.isArray(values)) return false;
  return values.every((pair: unknown, i) => {
    if (!Array.isArray(pair) || pair.length !== 2) return false;
    const [after, value]: unknown[] = pair;
    const before: unknown = values[i - 1]?.[0] ?? 0;
    const isAscending = isCount(after) && after <= steps && after > Number(before);
    return isAscending && (value === null || (typeof value === 'number' && Number.isFinite(value)));
  });
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 1;
}
