import { agrees } from '../diagnosis/compare.js';
import { attempt, Failure } from '../diagnosis/observation.js';
import { disposingCreated } from './tensor-scope.js';

/** What `forward` is told beside `x` where a layer has no switch for training. */
export type TrainingArgument = (training: boolean) => unknown;

const FLAG: TrainingArgument = (training) => training;

/** As Keras and tfjs-layers have it: `call(x, { training })`. */
const OPTIONS: TrainingArgument = (training) => ({ training });

/** What makes a difference in what `look` sees of a new layer: a flag, else options; where neither does, a flag. */
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
