import { nearestName } from './nearest-name.js';
import { isPlain } from './plain.js';
import { expected, show } from './show.js';

/**
 * The names of all options of `Options`, each with `true`, so that the compiler finds a missing or
 * superfluous one.
 */
export type OptionNames<Options> = Readonly<Record<keyof Options, true>>;

/**
 * Spellings of PyTorch, Keras and TensorFlow.js, in camelCase, and the options with the same
 * meaning here.
 */
const ALIASES: Readonly<Record<string, readonly string[]>> = {
  alpha: ['negativeSlope', 'smoothing'],
  axis: ['dim', 'axis', 'featureAxis'],
  beta1: ['betas'],
  beta2: ['betas'],
  betaInitializer: ['bias'],
  callbacks: ['log', 'stop'],
  center: ['bias', 'affine'],
  clipGradient: ['clipGradNorm'],
  clipNorm: ['clipGradNorm', 'maxNorm'],
  clipValue: ['clipGradValue'],
  dataloader: ['batches'],
  decay: ['weightDecay'],
  dir: ['path', 'folder'],
  epochs: ['steps'],
  epsilon: ['eps'],
  gain: ['scale'],
  gammaInitializer: ['affine', 'elementwiseAffine'],
  gradientAccumulationSteps: ['accumulate'],
  gradientClipVal: ['clipGradNorm'],
  ignoreLabel: ['ignoreIndex'],
  logDir: ['path', 'folder'],
  loggers: ['log'],
  logger: ['log'],
  lr: ['learningRate'],
  maxEpochs: ['steps'],
  maxSteps: ['steps'],
  minDelta: ['threshold'],
  monitor: ['metric'],
  outputDir: ['folder', 'path'],
  probability: ['p'],
  rate: ['p', 'learningRate'],
  reductionMode: ['reduction'],
  rng: ['generator', 'seed'],
  scale: ['affine', 'elementwiseAffine'],
  seed: ['generator'],
  stddev: ['std'],
  tMax: ['steps'],
  totalSteps: ['steps'],
  trainData: ['batches'],
  trainDataloader: ['batches'],
  trainDataset: ['batches'],
  trainLoader: ['batches'],
  trainingStep: ['step'],
  validationData: ['validate'],
  valLoader: ['validate'],
  verbose: ['log'],
  trainable: ['affine', 'elementwiseAffine', 'requiresGrad'],
  useBias: ['bias'],
  weights: ['weight'],
};

/**
 * Returns `options` after a check that it is an object without unknown options. Every public
 * function with options uses it, so that a misspelled option is an error and not ignored.
 *
 * The message suggests the intended option, also for the spellings of PyTorch (`weight_decay`,
 * `lr`) and Keras (`useBias`, `epsilon`).
 *
 * @param where the name of the called function or class, the first word of the message
 * @param options the received argument
 * @param names all options that exist
 * @throws TypeError if `options` is no object or has an option that is not in `names`
 *
 * @example
 * ```ts
 * import { checkOptions, type OptionNames } from '@trainkit/checks';
 *
 * interface RollOptions {
 *   sides?: number | undefined;
 * }
 *
 * const ROLL: OptionNames<RollOptions> = { sides: true };
 *
 * function roll(options: RollOptions = {}): number {
 *   const { sides = 6 } = checkOptions('roll', options, ROLL);
 *   return sides;
 * }
 *
 * console.log(roll({ sides: 20 })); // → 20
 * try {
 *   roll({ side: 20 } as never);
 * } catch (error) {
 *   console.log(`${error}`); // → TypeError: roll: received the unknown option "side"; expected sides. Write sides: 20.
 * }
 * ```
 */
export function checkOptions<Options extends object>(
  where: string,
  options: Options,
  names: OptionNames<Options>,
): Options {
  const received: unknown = options;
  if (!isPlain(received)) {
    const known = Object.keys(names);
    // PyTorch takes a generator as a positional argument: randomSplit(dataset, lengths, generator).
    const meant = known.find((name) => name === classOf(received));
    const name = meant ?? known[0];
    const example = name === undefined ? '{}' : `{ ${name}: … }`;
    // Optional options have a default, so that undefined never arrives here.
    const instead = received === undefined ? `Write ${example}.` : `Write ${example}, or leave it out.`;
    throw new TypeError(expected(where, 'options', received, 'an object of named options', instead));
  }
  for (const [name, value] of Object.entries(received)) {
    if (Object.hasOwn(names, name)) continue;
    const known = Object.keys(names);
    throw new TypeError(
      `${where}: received the unknown option ${show(name)}; expected ${known.join(', ') || 'no options'}. ` +
        replacement(name, value, known),
    );
  }
  return options;
}

/** The name of a value's class in camelCase: `generator` for a Generator. */
function classOf(value: unknown): string {
  const name: unknown = typeof value === 'object' && value !== null ? value.constructor?.name : '';
  return typeof name === 'string' ? name.slice(0, 1).toLowerCase() + name.slice(1) : '';
}

/** The advice for an unknown option. */
function replacement(name: string, value: unknown, known: readonly string[]): string {
  const camelCase = name.replace(/_+(\w)/g, (_, letter: string) => letter.toUpperCase());
  if (known.includes(camelCase)) return `Write ${camelCase}: ${short(value)}.`;
  // Every object has a toString, which is not an alias.
  const aliases = Object.hasOwn(ALIASES, camelCase) ? ALIASES[camelCase] : [];
  const alias = aliases?.find((option) => known.includes(option));
  if (alias !== undefined) return `Write ${alias}.`;
  const nearest = nearestName(camelCase, known);
  return nearest === undefined ? `Leave ${name} out.` : `Write ${nearest}: ${short(value)}.`;
}

function short(value: unknown): string {
  return typeof value === 'object' || typeof value === 'function' ? '…' : show(value);
}
