import { memory, type Tensor } from '@tensorflow/tfjs-core';
import { currentLocation } from '../diagnosis/location.js';
import { attempt } from '../diagnosis/observation.js';
import type { Warning } from '../report.js';
import { watchingCreated } from './tensor-scope.js';

/** The number of calls before the count, so that state made at first use exists. */
const WARM_UP = 2;

/**
 * Warns where `call` leaves unreturned tensors behind, with the line that creates most of them.
 * Returns no warning where it leaves none, or throws.
 *
 * @param call one use of the checked code; it returns the tensors that the caller gets
 * @param what the name of the call, such as `forward`
 */
export function leftBehind(what: string, call: () => readonly Tensor[]): Warning[] {
  const found = attempt(() => {
    for (let i = 0; i < WARM_UP; i++) call();
    return measure(call);
  });
  if (found instanceof Error || found.count <= 0) return [];
  const { count, location } = found;
  const tensors = count === 1 ? '1 tensor is' : `${count} tensors are`;
  return [
    {
      message: `${tensors} left behind by each call of ${what} outside of a tf.tidy. Wrap its body: return tf.tidy(() => { … });`,
      location,
    },
  ];
}

function measure(call: () => readonly Tensor[]): { count: number; location: string | null } {
  const created: { tensor: Tensor; location: string | null }[] = [];
  const before = memory().numTensors;
  const returned = watchingCreated((tensor) => created.push({ tensor, location: currentLocation() }), call);
  const fresh = created.filter(({ tensor }) => !tensor.isDisposed && !returned.includes(tensor));
  const isFresh = (tensor: Tensor) => created.some((one) => one.tensor === tensor);
  const count = memory().numTensors - before - returned.filter(isFresh).length;
  return { count, location: commonest(fresh.map(({ location }) => location)) };
}

/** The most frequent location; null if none is known. */
function commonest(locations: readonly (string | null)[]): string | null {
  const counts = new Map<string, number>();
  for (const location of locations)
    if (location !== null) counts.set(location, (counts.get(location) ?? 0) + 1);
  return [...counts].reduce<[string | null, number]>(
    (most, [location, count]) => (count > most[1] ? [location, count] : most),
    [null, 0],
  )[0];
}
