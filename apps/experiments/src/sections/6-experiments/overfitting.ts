import { gapOf } from '../../figures/figures.js';
import { formatSteps, percent } from '../../terminal/format.js';
import { type Compared, formatTail } from './compared.js';

/** The share above its lowest point from which a test loss is called risen. */
const RISEN = 0.02;

/** Describes the train and test loss of a run, and its overfitting. */
export function describeCurves(each: Compared): string {
  const { title, figures, result } = each;
  const { best, testLoss: end, tailTrainLoss } = figures;
  const gap = gapOf(figures);
  const course = ((): string => {
    if (result.metrics.test.length === 1)
      return `It was evaluated once, with a test loss of ${end.toFixed(3)}`;
    if (end <= best.loss * (1 + RISEN)) {
      const still = best.step === result.end.step ? ' and is lowest there' : '';
      return `The test loss ends at ${end.toFixed(3)}${still}: nothing is lost by training on so far`;
    }
    const rise = percent(end / best.loss - 1, 0);
    return `The test loss is lowest, ${best.loss.toFixed(3)}, after ${formatSteps(best.step)} (${percent(best.accuracy)} right), and ends ${rise} above that, at ${end.toFixed(3)} (${percent(figures.testAccuracy)} right): from there on the network overfits`;
  })();
  const distance =
    gap >= 0
      ? `The gap between train and test loss is ${gap.toFixed(3)}`
      : `The test loss is ${(-gap).toFixed(3)} below the train loss, as it is where the loss still falls fast or dropout handicaps the training`;
  return `<strong>${title}</strong>: ${formatTail(each)} is ${tailTrainLoss.toFixed(3)}. ${course}. ${distance}.`;
}
