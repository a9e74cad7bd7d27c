import { chanceDifference } from '../../figures/statistics.js';
import { capitalized, count, listOf, percent, points } from '../../terminal/format.js';
import { accuracyOf, type Compared, meanOver, overSeeds, testLossOf } from './compared.js';
import { compareLosses, type Significance, tooFewSeeds } from './significance.js';

/** Returns the ranking in one sentence. */
export function rankingSummary(compared: readonly Compared[]): string {
  const byLoss = ranked(compared, testLossOf);
  const [winner] = byLoss;
  if (!winner) return '';
  const order = byLoss.map((each) => `${each.title} (${testLossOf(each).toFixed(3)})`);
  return `By test loss at the end, from the best on: ${order.join(', ')}${overSeeds(winner)}.`;
}

/** Describes the best configuration by each figure, and the significance of the ranking. */
export function describeRanking(compared: readonly Compared[]): string {
  const byLoss = ranked(compared, testLossOf);
  const byAccuracy = ranked(compared, (each) => -accuracyOf(each));
  const [best, last] = [byAccuracy[0], byAccuracy.at(-1)];
  const [winner] = byLoss;
  if (!best || !last || !winner) return '';
  const losses = byLoss.map((each) => `${each.title} ${testLossOf(each).toFixed(3)}`);
  const range = accuracyOf(best) - accuracyOf(last);
  const images = best.result.config.data.testImages;
  const chance = chanceDifference((accuracyOf(best) + accuracyOf(last)) / 2, images);
  const overlap =
    range < chance
      ? `which is less than the choice of ${count(images)} test images alone may do (${points(chance)}), so that they do not decide`
      : `where the choice of ${count(images)} test images alone may do ${points(chance)}`;
  const lowest = ranked(compared, (each) => meanOver(each, (figures) => figures.best.loss))[0] ?? winner;
  const level = describeLevel(byLoss);
  const early =
    lowest === winner
      ? `${level ? 'The first' : 'It'} also has the smallest test loss at its best evaluation`
      : `Stopped at its best evaluation, ${lowest.title} would have had the smallest`;
  return (
    `${winner.title}, by the test loss at the end${overSeeds(winner)}: ${losses.join(', ')}. ${level}${early} (${meanOver(lowest, (figures) => figures.best.loss).toFixed(3)}). ` +
    `The accuracies, from ${percent(accuracyOf(last))} (${last.title}) to ${percent(accuracyOf(best))} (${best.title}), lie ${points(range)} points apart, ${overlap}.`
  );
}

/**
 * Describes the runs that another seed might rank before the winner, in sentences with a space
 * after each; '' if there are none.
 */
function describeLevel([winner, ...others]: readonly Compared[]): string {
  if (!winner) return '';
  const titles: Record<Significance, string[]> = { equal: [], apart: [], level: [], unknown: [] };
  for (const each of others) titles[compareLosses(winner, each)].push(each.title);
  const { equal, level, unknown } = titles;
  const sentences = [
    ...(equal.length > 0 ? [`${listOf([winner.title, ...equal])} have the same test loss at the end. `] : []),
    ...(level.length > 0
      ? [
          `The order of ${listOf([winner.title, ...level])} is open: another seed may change their losses by as much as lies between them. `,
        ]
      : []),
    ...(unknown.length > 0
      ? [`${capitalized(tooFewSeeds(winner, `put ${winner.title} before ${listOf(unknown)} too`))}. `]
      : []),
  ];
  return sentences.join('');
}

function ranked(compared: readonly Compared[], of: (each: Compared) => number): Compared[] {
  return [...compared].sort((a, b) => of(a) - of(b));
}
