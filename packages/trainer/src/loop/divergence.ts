import { printable } from '@trainkit/checks';

/** The error of a training whose numbers are no longer finite. */
export class DivergenceError extends Error {
  /** The class's name. */
  override readonly name = 'DivergenceError';
  /** The step that gave the number, or after which a weight or a validation had it. */
  readonly step: number;
  /** The step of the last good checkpoint; null where there is none. */
  readonly checkpoint: number | null;
  /** The path of the last good checkpoint; null where there is none, or it is in memory. */
  readonly checkpointPath: string | null;
  /** The number that was met, as a clause: `train/loss of step 12 is NaN`. */
  readonly found: string;
  /** The origin of the number, as a clause: `the output of 3 (ReLU) is infinite`; null where that is not known, or said already. */
  readonly location: string | null;

  constructor(message: string, { step, checkpoint, checkpointPath, found, location }: DivergenceDetails) {
    // It names a path.
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
  /** Its path, or null. */
  checkpointPath: string | null;
  /** The number that was met, as a clause. */
  found: string;
  /** The origin of the number, as a clause, or null. */
  location: string | null;
}

/** A number that is not finite, as it was met. */
export class NotFinite extends Error {
  /** The step that gave it. */
  readonly step: number;
  /** The place of the number: in a step's loss, in a validation, or in the weights. */
  readonly where: 'step' | 'validation' | 'weights';

  /** @param what a clause: `train/loss of step 12 is NaN` */
  constructor(what: string, where: NotFinite['where'], step: number) {
    super(what);
    this.where = where;
    this.step = step;
  }
}
