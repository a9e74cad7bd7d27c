import { agrees } from '../diagnosis/compare.js';
import { attempt, Failure } from '../diagnosis/observation.js';
import { disposingCreated } from './tensor-scope.js';

/** The argument of `forward` after `x`, for a layer without a switch for training. */
export type TrainingArgument = (training: boolean) => unknown;

const FLAG: TrainingArgument = (training) => training;

/** The argument of Keras and tfjs-layers: `call(x, { training })`. */
const OPTIONS: TrainingArgument = (training) => ({ training });

/**
 * The training argument that changes the result of `look` on a new layer: a flag, else options; a
 * flag where neither does.
 */
export function detectTrainingArgument(
  look: (argument: TrainingArgument, training: boolean) => readonly number[],
): TrainingArgument {
  const differs = (argument: TrainingArgument): boolean => {
    const [on, off] = [true, false].map((training) =>
      attempt(() => disposingCreated(() => look(argument, training))),
    );
    if (on === undefined || off === undefined || on instanceof Failure || off instanceof Failure)
      return false;
    return !agrees(on, off, 1e-3);
  };
  return [FLAG, OPTIONS].find(differs) ?? FLAG;
}
