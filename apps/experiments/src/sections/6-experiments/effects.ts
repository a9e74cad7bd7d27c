import { type Figures, gapOf } from '../../figures/figures.js';
import { runningMean, smoothingWindow } from '../../figures/statistics.js';
import { capitalized, formatSteps, listOf, signed } from '../../terminal/format.js';
import type { Ablation } from './compared.js';
import { type Compared, meanOver, testLossOf } from './compared.js';
import { compareLosses, tooFewSeeds } from './significance.js';

/** Returns the change of a figure by one part, without the other part and with it. */
function effects(of: (figures: Figures) => number, pairs: readonly Pair[]): number[] {
  return pairs.map(([without, added]) => meanOver(added, of) - meanOver(without, of));
}

/** Describes the effect of dropout. */
export function describeDropout({ neither, layerNorm, dropout, both }: Ablation): string {
  const pairs = [
    [neither, dropout],
    [layerNorm, both],
  ] as const;
  const loss = effects((figures) => figures.testLoss, pairs);
  const gap = effects(gapOf, pairs);
  const tamed = pairs.every(([without], index) => meanOver(without, gapOf) > 0 && (gap[index] ?? 0) < 0);
  const train = effects((figures) => figures.tailTrainLoss, pairs);
  const { verdict, caveat } = conclude('dropout', 'LayerNorm', pairs);
  return (
    `${verdict}: it changes the test loss at the end by ${inOrder(loss, 'LayerNorm')}.${caveat} ` +
    `The train loss changes by ${inOrder(train, 'LayerNorm')}, the gap between the two by ${inOrder(gap, 'LayerNorm')}.${tamed ? ' The network knows its train images less by heart: that is what dropout is for.' : ''}`
  );
}

/** Describes the effect of LayerNorm. */
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
  const { verdict, caveat } = conclude('LayerNorm', 'dropout', pairs);
  return (
    `${verdict}: it changes the test loss at the end by ${inOrder(loss, 'dropout')}.${caveat} ` +
    `After a twentieth of the run (${formatSteps(step)}) LayerNorm changes the smoothed train loss by ${inOrder(changes, 'dropout')}: ${pace}.`
  );
}

/** Returns the smoothed train loss after `step` steps, for the seed that the charts show. */
function earlyLoss({ result }: Compared, step: number): number {
  const losses = result.metrics.train.map((line) => line.train_loss);
  return runningMean(losses.slice(0, step), smoothingWindow(losses.length)).at(-1) ?? Number.NaN;
}

type Pair = readonly [without: Compared, added: Compared];

/** The effect of a part on the test losses of both networks to which it is added. */
interface Conclusion {
  /** The verdict, without the end of its sentence, for the figures that follow. */
  verdict: string;
  /** The open question for want of seeds, as a further sentence; '' if nothing is open. */
  caveat: string;
}

function conclude(part: string, other: string, pairs: readonly [Pair, Pair]): Conclusion {
  const [alone, beside] = [assess(pairs[0]), assess(pairs[1])];
  const verdict =
    alone.does === beside.does
      ? `${capitalized(part)} ${alone.does}, with ${other} ${alone.joint} without`
      : `Without ${other}, ${part} ${alone.does}; with it, ${part} ${beside.does}`;
  return { verdict, caveat: caveatOf([alone, beside], other, pairs) };
}

function caveatOf(
  [alone, beside]: readonly [Judgement, Judgement],
  other: string,
  [[first], [second]]: readonly [Pair, Pair],
): string {
  const sentence = (where: string, of: Compared) =>
    ` ${capitalized(`${where}${tooFewSeeds(of, 'do the same')}`)}.`;
  if (alone.isUnknown && beside.isUnknown) return sentence('', first);
  if (alone.isUnknown) return sentence(`without ${other}, `, first);
  return beside.isUnknown ? sentence(`with ${other}, `, second) : '';
}

/** The effect of a part on the test loss of one network. */
interface Judgement {
  does: string;
  /** The conjunction of `with … without`: `or` in a negation. */
  joint: 'and' | 'or';
  /** True if another seed might reverse the effect. */
  isUnknown: boolean;
}

function assess([without, added]: Pair): Judgement {
  const change = testLossOf(added) - testLossOf(without);
  switch (compareLosses(without, added)) {
    case 'equal':
      return { does: 'changes nothing about the test loss', joint: 'or', isUnknown: false };
    case 'level':
      return { does: 'changes the test loss no more than another seed may', joint: 'or', isUnknown: false };
    case 'unknown':
      return { does: directionOf(change), joint: 'and', isUnknown: true };
    case 'apart':
      return change < 0
        ? { does: 'helps', joint: 'and', isUnknown: false }
        : { does: 'does not help', joint: 'or', isUnknown: false };
  }
}

function directionOf(change: number): string {
  if (change === 0) return 'leaves the mean test loss where it is';
  return `${change < 0 ? 'lowers' : 'raises'} the test loss here`;
}

function inOrder(changes: readonly number[], other: string): string {
  const [without = 0, beside = 0] = changes;
  return listOf([`${signed(without, 3)} without ${other}`, `${signed(beside, 3)} with it`]);
}
