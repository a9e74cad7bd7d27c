/** The recorder of a step of `@trainkit/capture`, as far as a generator talks to it. */
interface Recorder {
  refuse(reason: string): void;
}

/** Who takes back what a replayed step has drawn, where the step then fails. */
interface Journal {
  before(owner: object, save: () => () => void): void;
}

// Of `@trainkit/kernels`, which this package does not depend on.
const RECORDER = Symbol.for('@trainkit/kernels.stepRecorder');
const JOURNAL = Symbol.for('@trainkit/kernels.stepJournal');
const home: typeof globalThis & { [RECORDER]?: Recorder | null; [JOURNAL]?: Journal | null } = globalThis;

/** Says that a generator is used in a step that is recorded, and so not in its replays; `what` follows "it". */
export function refuseStep(what: string): void {
  home[RECORDER]?.refuse(`it ${what}`);
}

/** Says that a generator is about to advance; `save` returns what puts it back. */
export function beforeAdvance(owner: object, save: () => () => void): void {
  home[RECORDER]?.refuse(
    'it draws from a generator in JavaScript; pass what is drawn as an argument, or draw it in a freshTensor of @trainkit/kernels/capture',
  );
  home[JOURNAL]?.before(owner, save);
}
