import { show } from './show.js';
import { STATE_WORDS } from './twister.js';

/** Everything that a `Generator` is, at one moment: what a checkpoint must hold. Survives JSON. */
export interface GeneratorState {
  /** The 624 words of MT19937's state, unsigned. A plain array from `state()`, since JSON mangles typed ones. */
  words: ArrayLike<number>;
  /** How many words of the current block have been drawn, 0 to 624. */
  place: number;
  /** The second value of the last pair of normals, if it waits for the next call of `normal`; else null. */
  keptNormal: number | null;
}

/** Throws, saying what is wrong, unless `state` could have come from `Generator.state()`. */
export function checkState(state: GeneratorState): void {
  const wrong = fault(state);
  if (wrong === null) return;
  throw new RangeError(`restore: not the state of a Generator: ${wrong}. Pass what state() returned.`);
}

function fault(state: GeneratorState): string | null {
  if (typeof state !== 'object' || state === null) return `received ${show(state)}`;
  const { words, place, keptNormal } = state;
  if (words?.length !== STATE_WORDS) {
    const received = words?.length === undefined ? show(words) : `${words.length}`;
    return `words must be an array of ${STATE_WORDS} numbers (received ${received})`;
  }
  const odd = Array.from(words).findIndex((word) => word !== word >>> 0);
  if (odd >= 0) return `words must be unsigned 32-bit integers (received ${show(words[odd])} at ${odd})`;
  if (Array.from(words).every((word) => word === 0)) return 'words are all 0, which no seed leads to';
  if (!(Number.isInteger(place) && place >= 0 && place <= STATE_WORDS)) {
    return `place must be a whole number from 0 to ${STATE_WORDS} (received ${show(place)})`;
  }
  if (keptNormal !== null && !Number.isFinite(keptNormal)) {
    return `keptNormal must be a finite number or null (received ${show(keptNormal)})`;
  }
  return null;
}
