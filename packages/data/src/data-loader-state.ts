import { show } from '@trainkit/checks';
import type { BatchSeeds } from './dataset.js';

/** The position of a `DataLoader` in its data: plain JSON. */
export interface DataLoaderState {
  /** The number of epochs that were completed or abandoned. */
  epoch: number;
  /** The number of batches of this epoch that were returned. */
  next: number;
  /** True once the epoch has drawn its random numbers. */
  started: boolean;
  /**
   * The seed of the epoch's order, in decimal digits (it may exceed 2⁵³); null if the order is not
   * random.
   */
  samplerSeed: string | null;
  /** The number of examples in a batch; `next` counts batches of this size. */
  batchSize: number;
  /** The number of examples in an epoch. */
  length: number;
  /**
   * The seeds of the batches from `next` on that were already drawn; only if prefetched batches
   * draw.
   */
  seeds?: BatchSeeds[] | undefined;
  /**
   * The state of the sampler, at the beginning of the epoch and now; only if the sampler has one.
   */
  sampler?: { atStart: unknown; now: unknown } | undefined;
}

/** The properties of a loader that a state must fit. */
export interface LoaderForm {
  batchSize: number;
  batches: number;
  length: number;
  hasSamplerState: boolean;
  hasSeeds: boolean;
}

/** All properties in which `state` does not fit a loader of this form. */
export function stateProblems(state: DataLoaderState, form: LoaderForm): string[] {
  if (typeof state !== 'object' || state === null) return [`received ${show(state)}`];
  const { epoch, next, started, samplerSeed, batchSize, length, seeds, sampler } = state;
  const problems: string[] = [];
  const check = (holds: boolean, problem: string) => {
    if (!holds) problems.push(problem);
  };
  check(
    length === form.length,
    `length is ${show(length)}, but this loader has ${form.length} examples an epoch`,
  );
  check(
    batchSize === form.batchSize,
    `batchSize is ${show(batchSize)}, but this loader's is ${form.batchSize}`,
  );
  check(isCount(epoch), `epoch is ${show(epoch)}, no whole number of at least 0`);
  check(typeof started === 'boolean', `started is ${show(started)}, neither true nor false`);
  const last = started === false ? 0 : form.batches;
  check(
    // With another batch size or length, the number of batches has no meaning.
    isCount(next) && (next <= last || batchSize !== form.batchSize || length !== form.length),
    `next is ${show(next)}, no whole number from 0 to ${last}`,
  );
  check(
    samplerSeed === null || (isSeed(samplerSeed) && started !== false),
    `samplerSeed is ${show(samplerSeed)}, neither null nor the digits of a whole number below 2⁶³ of a started epoch`,
  );
  check(
    seeds === undefined || (Array.isArray(seeds) && seeds.every(areSeeds)),
    `seeds are ${show(seeds)}, no list of null, digits of whole numbers below 2⁶³, and lists of these`,
  );
  check(
    seeds === undefined || form.hasSeeds,
    'it has seeds, but no dataset of this loader draws random numbers',
  );
  const hasSampler = typeof sampler === 'object' && sampler !== null;
  check(
    hasSampler === form.hasSamplerState,
    form.hasSamplerState
      ? `sampler is ${show(sampler)}, but the sampler of this loader has a state`
      : 'it has the state of a sampler, but the sampler of this loader has none',
  );
  return problems;
}

function areSeeds(value: unknown): boolean {
  return value === null || isSeed(value) || (Array.isArray(value) && value.every(areSeeds));
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isSeed(value: unknown): boolean {
  return typeof value === 'string' && /^\d{1,19}$/.test(value) && BigInt(value) < 2n ** 63n;
}
