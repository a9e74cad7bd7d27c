import { printable } from '@trainkit/checks';

/** The error of a training whose numbers are no longer finite. */
export class DivergenceError extends Error {
  /** The class's name. */
  override readonly name = 'DivergenceError';
  /** The step that gave the number, or the last step before the weight or validation with it. */
  readonly step: number;
  /** The step of the last good checkpoint; null if there is none. */
  readonly checkpoint: number | null;
  /** The path of the last good checkpoint; null if there is none, or it is in memory. */
  readonly checkpointPath: string | null;
  /** The number that was found, as a clause: `train/loss of step 12 is NaN`. */
  readonly found: string;
  /**
   * The origin of the number, as a clause: `the output of 3 (ReLU) is infinite`; null if it
   * is not known, or said already.
   */
  readonly location: string | null;

  constructor(message: string, { step, checkpoint, checkpointPath, found, location }: DivergenceDetails) {
    // The message contains a path.
    super(printable(message));
    this.step = step;
    this.checkpoint = checkpoint;
    this.checkpointPath = checkpointPath;
    this.found = found;
    this.location = location;
  }
}

/** The fields of a {@link DivergenceError}. */
export interface DivergenceDetails {
  /** The step that gave the number. */
  step: number;
  /** The step of the last good checkpoint, or null. */
  checkpoint: number | null;
  /** The path of the last good checkpoint, or null. */
  checkpointPath: string | null;
  /** The number that was found, as a clause. */
  found: string;
  /** The origin of the number, as a clause, or null. */
  location: string | null;
}

/** The error for a number that is not finite, before it is explained. */
export class NotFinite extends Error {
  /** The step that gave the number. */
  readonly step: number;
  /** The location of the number: in a step's loss, in a validation, or in the weights. */
  readonly where: 'step' | 'validation' | 'weights';

  /** @param what a clause: `train/loss of step 12 is NaN` */
  constructor(what: string, where: NotFinite['where'], step: number) {
    super(what);
    this.where = where;
    this.step = step;
  }
}
