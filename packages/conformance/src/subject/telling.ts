import { agrees } from '../diagnosis/compare.js';
import { attempt, Failure } from '../diagnosis/observation.js';
import { disposingAll } from './ledger.js';

/** What `forward` is told beside `x` where a layer has no switch for training. */
export type Telling = (training: boolean) => unknown;

const FLAG: Telling = (training) => training;

/** As Keras and tfjs-layers have it: `call(x, { training })`. */
const OPTIONS: Telling = (training) => ({ training });

/** What makes a difference in what `look` sees of a new layer: a flag, else options; where neither does, a flag. */
export function settleTelling(look: (tell: Telling, training: boolean) => readonly number[]): Telling {
  const differs = (tell: Telling): boolean => {
    const [on, off] = [true, false].map((training) =>
      attempt(() => disposingAll(() => look(tell, training))),
    );
    if (on === undefined || off === undefined || on instanceof Failure || off instanceof Failure)
      return false;
    return !agrees(on, off, 1e-3);
  };
  return [FLAG, OPTIONS].find(differs) ?? FLAG;
}
