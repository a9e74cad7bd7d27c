/** The part of the recorder of `@trainkit/capture` that a generator uses. */
interface Recorder {
  refuse(reason: string): void;
}

/** The journal that restores generators if a replayed step fails. */
interface Journal {
  before(owner: object, save: () => () => void): void;
}

// The key belongs to `@trainkit/kernels`, which this package does not depend on.
const RECORDER = Symbol.for('@trainkit/kernels.stepRecorder');
const JOURNAL = Symbol.for('@trainkit/kernels.stepJournal');
const home: typeof globalThis & { [RECORDER]?: Recorder | null; [JOURNAL]?: Journal | null } = globalThis;

/**
 * Reports that a generator is used in a step that is being recorded, but not in its replays; `what`
 * follows "it".
 */
export function refuseStep(what: string): void {
  home[RECORDER]?.refuse(`it ${what}`);
}

/** Reports that a generator is about to advance; `save` returns a function that restores it. */
export function beforeAdvance(owner: object, save: () => () => void): void {
  home[RECORDER]?.refuse(
    'it draws from a generator in JavaScript; pass what is drawn as an argument, or draw it in a freshTensor of @trainkit/kernels/capture',
  );
  home[JOURNAL]?.before(owner, save);
}
