import type { Figures } from '../figures.js';
import { runningMean, smoothingWindow } from '../running-mean.js';
import { capitalized, listOf, signed, stepsInWords } from '../words.js';
import { gapOf } from './section-6-overfitting.js';
import { type Compared, meanOver, testLossOf } from './section-6-words.js';
import { isLevel } from './seed-noise.js';

/** The four runs by what they have. */
export interface Ablation {
  neither: Compared;
  layerNorm: Compared;
  dropout: Compared;
  both: Compared;
}

/** What one part changes of a figure, without the other part and with it. */
function effects(of: (figures: Figures) => number, pairs: readonly Pair[]): number[] {
  return pairs.map(([without, added]) => meanOver(added, of) - meanOver(without, of));
}

/** What dropout changes. */
export function describeDropout({ neither, layerNorm, dropout, both }: Ablation): string {
  const pairs = [
    [neither, dropout],
    [layerNorm, both],
  ] as const;
  const loss = effects((figures) => figures.testLoss, pairs);
  const gap = effects(gapOf, pairs);
  const tamed = pairs.every(([without], index) => meanOver(without, gapOf) > 0 && (gap[index] ?? 0) < 0);
  const train = effects((figures) => figures.tailTrainLoss, pairs);
  return (
    `${verdictOf('dropout', 'LayerNorm', pairs)}: it changes the test loss at the end by ${inOrder(loss, 'LayerNorm')}. ` +
    `The train loss changes by ${inOrder(train, 'LayerNorm')}, the gap between the two by ${inOrder(gap, 'LayerNorm')}.${tamed ? ' The network knows its train images less by heart: that is what dropout is for.' : ''}`
  );
}

/** What LayerNorm changes. */
export function describeLayerNorm({ neither, layerNorm, dropout, both }: Ablation): string {
  const pairs = [
    [neither, layerNorm],
    [dropout, both],
  ] as const;
  const loss = effects((figures) => figures.testLoss, pairs);
  const early = pairs.map(([without, added]) => {
    const step = Math.max(1, Math.round(Math.min(without.result.end.step, added.result.end.step) / 20));
    return { step, change: earlyLoss(added, step) - earlyLoss(without, step) };
  });
  const [{ step } = { step: 1 }] = early;
  const changes = early.map(({ change }) => change);
  const pace = changes.every((change) => change < 0)
    ? 'training starts faster with it'
    : changes.every((change) => change > 0)
      ? 'training does not start faster with it'
      : 'whether training starts faster with it depends on dropout';
  return (
    `${verdictOf('LayerNorm', 'dropout', pairs)}: it changes the test loss at the end by ${inOrder(loss, 'dropout')}. ` +
    `After a twentieth of the run (${stepsInWords(step)}) it changes the smoothed train loss by ${inOrder(changes, 'dropout')}: ${pace}.`
  );
}

/** The smoothed train loss after so many steps, of the seed that the pictures show. */
function earlyLoss({ result }: Compared, step: number): number {
  const losses = result.metrics.train.map((line) => line.train_loss);
  return runningMean(losses.slice(0, step), smoothingWindow(losses.length)).at(-1) ?? Number.NaN;
}

const HELPS = 'helps';

type Pair = readonly [without: Compared, added: Compared];

/** Whether a part lowers the test loss, of both networks that it is added to. */
function verdictOf(part: string, other: string, pairs: readonly [Pair, Pair]): string {
  const [alone, beside] = [judge(pairs[0]), judge(pairs[1])];
  if (alone === beside)
    return `${capitalized(part)} ${alone}, with ${other} ${alone === HELPS ? 'and' : 'or'} without`;
  return `Without ${other}, ${part} ${alone}; with it, ${part} ${beside}`;
}

/** What a part does to the test loss of one network. */
function judge([without, added]: Pair): string {
  if (isLevel(without, added)) return 'changes the test loss no more than another seed may';
  return testLossOf(added) < testLossOf(without) ? HELPS : 'does not help';
}

function inOrder(changes: readonly number[], other: string): string {
  const [without = 0, beside = 0] = changes;
  return listOf([`${signed(without, 3)} without ${other}`, `${signed(beside, 3)} with it`]);
}
