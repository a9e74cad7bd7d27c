import { ANYTHING, Failure } from '../diagnosis/observation.js';
import type { Block } from '../subject/block.js';
import { DECAY_FACTORS, type OptimizerFlag, OTHER_BETAS, OTHER_EPS, OTHER_RATES } from './hypotheses.js';
import type { IndexedGradient, OptimizerInterface, OptimizerKind, OptimizerSettings } from './scenario.js';

/** The state of a parameter: moments and steps of Adam, momentum of SGD. */
interface State {
  first: number[];
  second: number[];
  step: number;
  /** The largest corrected second moment so far. */
  largest: number[];
}

/**
 * The failure at a missing gradient: code without a check reads a property of undefined, or
 * TensorFlow.js refuses it.
 */
const ANYTHING_THROWN = new Failure('threw', 'no gradient', /undefined|null|not a function/i);

/** AdamW, Adam and SGD in float64 on plain arrays, with any set of mistakes. */
export class OptimizerModel implements OptimizerInterface {
  readonly #kind: OptimizerKind;
  readonly #has: (flag: OptimizerFlag) => boolean;
  readonly #starts: readonly Block[];
  readonly #parameters: number[][];
  readonly #ranks: readonly number[];
  readonly #sizes: ReadonlySet<string>;
  readonly #betas: readonly [number, number];
  readonly #eps: number;
  readonly #momentum: number;
  readonly #decay: number;
  readonly #states = new Map<number, State>();
  #rate: number;
  #calls = 0;
  #updates = 0;

  constructor(
    kind: OptimizerKind,
    starts: readonly Block[],
    settings: OptimizerSettings,
    flags: ReadonlySet<OptimizerFlag>,
  ) {
    const { learningRate, betas, eps, momentum = 0, weightDecay = 0 } = exchanged(settings, flags);
    const [b1, b2] = betas ??
      OTHER_BETAS.find((other) => flags.has(`default-betas ${other}`)) ?? [0.9, 0.999];
    const other = OTHER_EPS.find((value) => flags.has(`default-eps ${value}`));
    this.#kind = kind;
    this.#has = (flag) => flags.has(flag);
    this.#starts = starts;
    this.#parameters = starts.map(({ data }) => [...data]);
    this.#ranks = starts.map(({ shape }) => shape.length);
    this.#sizes = new Set(starts.map(({ shape }) => shape.join()));
    this.#betas = flags.has('betas-swapped') ? [b2, b1] : [b1, b2];
    this.#eps = flags.has('eps-ignored') ? 0 : (eps ?? other ?? 1e-8);
    this.#momentum = flags.has('momentum-ignored') ? 0 : momentum;
    const factor = DECAY_FACTORS.find((by) => flags.has(`decay-times ${by}`)) ?? 1;
    const signed = flags.has('decay-wrong-sign') ? -weightDecay : weightDecay;
    this.#decay = flags.has('decay-ignored') ? 0 : signed * factor;
    this.#rate = OTHER_RATES.find((rate) => flags.has(`rate ${rate}`)) ?? learningRate;
  }

  restore(): void {
    for (const [i, { data }] of this.#starts.entries()) this.#parameters[i] = [...data];
  }

  values(): readonly number[] {
    return this.#parameters.flat();
  }

  setLearningRate(rate: number): void {
    const kept = this.#has('rate-frozen') || OTHER_RATES.some((other) => this.#has(`rate ${other}`));
    if (!kept) this.#rate = rate;
  }

  step(gradients: readonly IndexedGradient[]): void {
    this.#calls++;
    const has = this.#has;
    const all = this.#parameters.map((parameter, i): IndexedGradient => {
      return gradients.find(([index]) => index === i) ?? [i, parameter.map(() => 0)];
    });
    if (has('missing-throws') && gradients.length < all.length) throw ANYTHING_THROWN;
    // Parameters after the one without a gradient are not reached, in the order of the parameters.
    const end = has('missing-ends-step') ? all.findIndex(([i]) => !gradients.some(([j]) => i === j)) : -1;
    const given = has('missing-as-zero') ? all : end < 0 ? gradients : all.slice(0, end);
    const only = has('only-first') ? 0 : has('only-last') ? this.#parameters.length - 1 : null;
    for (let turn = has('twice') ? 2 : 1; turn > 0; turn--) {
      for (const [position, [parameter, gradient]] of given.entries()) {
        if (only !== null && parameter !== only) continue;
        this.#updateOf(parameter, gradient, has('by-position') ? position : parameter);
      }
    }
  }

  #updateOf(parameter: number, gradient: readonly number[], key: number): void {
    const old = this.#parameters[parameter]!;
    const state = this.#state(key, old.length);
    const update = this.#kind === 'SGD' ? this.#sgd : this.#adam;
    state.step++;
    this.#updates++;
    const updated = update.call(this, old, gradient, state, this.#decayOf(parameter));
    if (!this.#has('not-assigned')) this.#parameters[parameter] = updated;
  }

  #decayOf(parameter: number): number {
    const spared = this.#ranks[parameter]! < 2 ? 'decay-of-matrices' : 'decay-of-vectors';
    return this.#has(spared) ? 0 : this.#decay;
  }

  /** The term that weight decay adds to a gradient. */
  #penalty(w: number, decay: number, g: number): number {
    const has = this.#has;
    const pulled = has('decay-constant')
      ? 1
      : has('decay-of-gradient')
        ? g
        : has('decay-of-square')
          ? w * w
          : w;
    return decay * pulled * (has('decay-with-rate') ? this.#rate : 1);
  }

  /** The weight after decoupled decay, which does not change the gradient. */
  #shrunk(w: number, decay: number, g: number, rate: number): number {
    const has = this.#has;
    if (has('decay-constant')) return w - this.#rate * decay;
    if (has('decay-of-gradient')) return w - this.#rate * decay * g;
    if (has('decay-of-square')) return w - this.#rate * decay * w * w;
    if (has('decay-complement')) return w * this.#rate * decay;
    if (has('decay-of-rate-alone')) return w * (1 - this.#rate);
    if (has('decay-without-rate')) return w * (1 - decay);
    return w * (1 - rate * (has('decay-rate-squared') ? rate : 1) * decay);
  }

  /** The learning rate of this step. */
  #rateOf({ step }: State): number {
    const has = this.#has;
    if (has('update-without-rate')) return 1;
    const isRoot = has('rate-over root') || has('rates-over root');
    const isStep = has('rate-over step') || has('rates-over step');
    const fading = isRoot ? Math.sqrt(step) : isStep ? step : 1;
    return (this.#rate * (has('rate-squared') ? this.#rate : 1)) / fading;
  }

  /** The learning rate that multiplies decoupled weight decay. */
  #decayRateOf({ step }: State): number {
    const has = this.#has;
    return this.#rate / (has('rates-over root') ? Math.sqrt(step) : has('rates-over step') ? step : 1);
  }

  /** The new weight. */
  #moved(w: number, step: number): number {
    const has = this.#has;
    if (has('replaced')) return -step;
    if (has('replaced-by-step')) return step;
    return has('reversed') ? step - w : has('wrong-sign') ? w + step : w - step;
  }

  #adam(old: readonly number[], gradient: readonly number[], state: State, decay: number): number[] {
    const has = this.#has;
    const [b1, b2] = this.#betas;
    const both = has('l2-and-decoupled');
    const inQuotient = has('l2-in-update');
    const l2 = both || (this.#kind === 'Adam' ? !has('decoupled') && !inQuotient : has('l2'));
    const decoupled = both || (this.#kind === 'Adam' ? has('decoupled') : !has('l2') && !inQuotient);
    const t = this.#count(state);
    const rate = this.#rateOf(state);
    const decayRate = this.#decayRateOf(state);
    const crossed = has('betas-swapped-in-moments');
    const [beta1, beta2] = [
      crossed || has('beta2-for-both') ? b2 : b1,
      crossed || has('beta1-for-both') ? b1 : b2,
    ];
    return old.map((w, i) => {
      const penalty = l2 ? this.#penalty(w, decay, gradient[i]!) : 0;
      const g = gradient[i]! + (has('l2-for-second') ? 0 : penalty);
      const g2 = gradient[i]! + (has('l2-for-first') ? 0 : penalty);
      const before = [state.first[i]!, state.second[i]!] as const;
      if (state.step === 1 && (has('from-gradient first') || has('from-gradient both'))) state.first[i] = g;
      if (state.step === 1 && (has('from-gradient second') || has('from-gradient both')))
        state.second[i] = g2 ** 2;
      if (has('forgotten first')) state.first[i] = 0;
      if (has('forgotten second')) state.second[i] = 0;
      const summed = has('both-summed');
      const m = this.#blend('first', state.first[i]!, beta1, g, summed || has('first-summed'));
      const squared = has('second-of-all')
        ? gradient.reduce((sum, value) => sum + value ** 2, 0) / gradient.length
        : has('second-of-product')
          ? (1 - beta2) * g2 ** 2
          : has('second-of-two')
            ? 2
            : has('second-of-first')
              ? m * m
              : has('second-linear')
                ? g2
                : has('second-absolute')
                  ? Math.abs(g2)
                  : g2 * g2;
      const oldSecond = has('first-for-old-second') ? m : state.second[i]!;
      const v = this.#blend('second', oldSecond, beta2, squared, summed || has('second-summed'));
      const never = has('never both');
      state.first[i] = never || has('never first') ? 0 : m;
      state.second[i] = never || has('never second') ? 0 : v;
      const [first, second] = has('update-before-moments') ? before : [state.first[i], state.second[i]];
      const corrected = has('nadam')
        ? b1 * this.#corrected('first', first, t) + ((1 - b1) * g) / (1 - b1 ** t)
        : this.#corrected('first', first, t);
      this.#store(state, i, t);
      const numerator =
        (has('gradient-for-first')
          ? g
          : has('gradient-for-first-corrected')
            ? this.#corrected('first', g, t)
            : corrected) + (inQuotient ? this.#penalty(w, decay, gradient[i]!) : 0);
      const largest = Math.max(state.largest[i] ?? 0, this.#corrected('second', second, t));
      state.largest[i] = largest;
      const quotient = has('lion')
        ? Math.sign(first)
        : has('amsgrad')
          ? numerator / (Math.sqrt(largest) + this.#eps)
          : this.#quotient(numerator, second, t);
      const step = rate * quotient * (has('decay-of-step') ? 1 + decayRate * decay : 1);
      const isShrunk = decoupled && !has('decay-of-step');
      const shrink = (weight: number) =>
        isShrunk ? this.#shrunk(weight, decay, gradient[i]!, decayRate) : weight;
      return has('decay-after') ? shrink(this.#moved(w, step)) : this.#moved(shrink(w), step);
    });
  }

  #blend(moment: 'first' | 'second', old: number, beta: number, fresh: number, summed: boolean): number {
    const has = this.#has;
    const swapped = has(`complement ${moment}`) || has('complement both');
    const accumulated = has(`accumulated ${moment}`) || has('accumulated both');
    const kept = accumulated ? 1 : swapped ? 1 - beta : beta;
    return kept * old + (summed ? 1 : swapped ? beta : 1 - beta) * fresh;
  }

  /** Stores the corrected moments in place of the uncorrected ones. */
  #store(state: State, i: number, t: number): void {
    const both = this.#has('correction-stored both');
    for (const moment of ['first', 'second'] as const) {
      if (both || this.#has(`correction-stored ${moment}`))
        state[moment][i] = this.#corrected(moment, state[moment][i]!, t);
    }
  }

  #corrected(moment: 'first' | 'second', value: number, t: number): number {
    const has = this.#has;
    const correction = this.#correction(moment, t);
    const multiplied = has(`correction-multiplied ${moment}`) || has('correction-multiplied both');
    return multiplied ? value * correction : value / correction;
  }

  #correction(moment: 'first' | 'second', step: number): number {
    const has = this.#has;
    const other = has('corrections-swapped')
      ? moment === 'first'
      : has('correction-of-beta2') || (moment === 'second' && !has('correction-of-beta1'));
    const beta = this.#betas[other ? 1 : 0];
    const offset = has(`one-too-many ${moment}`) ? 1 : has(`one-too-few ${moment}`) ? -1 : 0;
    const t = has(`exponent-missing ${moment}`) ? 1 : step + offset;
    if (has('no-correction') || has(`no-${moment}`)) return 1;
    if (has('linear-correction') || has(`linear-${moment}`)) return 1 - beta * t;
    // The value of 1 - beta ^ t in JavaScript, where ^ binds weakest.
    if (has('xor-correction') || has(`xor-${moment}`)) return (1 - beta) ^ t;
    if (has('xor-of-beta') || has(`xor-of-beta-${moment}`)) return 1 - (beta ^ t);
    if (has('power-reversed')) return 1 - t ** beta;
    if (has(`power-of-complement ${moment}`) || has('power-of-complement both')) return (1 - beta) ** t;
    if (has(`correction-complement ${moment}`) || has('correction-complement both')) return beta ** t;
    if (has(`correction-plus ${moment}`) || has('correction-plus both')) return 1 + beta ** t;
    return 1 - beta ** t;
  }

  #quotient(numerator: number, v: number, t: number): number {
    const has = this.#has;
    if (has('no-denominator')) return numerator;
    if (has('moments-swapped')) {
      const root = numerator < 0 ? Number.NaN : Math.sqrt(numerator);
      return this.#corrected('second', v, t) / (root + this.#eps);
    }
    if (has('eps-after-division')) return numerator / Math.sqrt(this.#corrected('second', v, t)) + this.#eps;
    const denominator = this.#denominator(v, t);
    if (has('denominator-multiplied')) return numerator * denominator;
    return has('inverted') ? denominator / numerator : numerator / denominator;
  }

  #denominator(v: number, t: number): number {
    const has = this.#has;
    const correction = this.#correction('second', t);
    if (has('eps-before-correction')) return (Math.sqrt(v) + this.#eps) / Math.sqrt(correction);
    if (has('eps-inside-before-correction')) return Math.sqrt(v + this.#eps) / Math.sqrt(correction);
    if (has('correction-outside-root')) return Math.sqrt(v) / correction + this.#eps;
    const corrected = this.#corrected('second', v, t);
    if (has('no-root')) return corrected + this.#eps;
    if (has('eps-squared-inside')) return Math.sqrt(corrected + this.#eps ** 2);
    if (has('eps-floor')) return Math.max(Math.sqrt(corrected), this.#eps);
    if (has('eps-minus')) return Math.sqrt(corrected) - this.#eps;
    return has('eps-inside') ? Math.sqrt(corrected + this.#eps) : Math.sqrt(corrected) + this.#eps;
  }

  /** The t of the bias correction. */
  #count({ step }: State): number {
    if (this.#has('step-stays')) return 1;
    if (this.#has('step-from-zero')) return step - 1;
    if (this.#has('step-from-two')) return step + 1;
    if (this.#has('step-doubled')) return 2 * step;
    if (this.#has('step-of-all-updates')) return this.#updates;
    return this.#has('step-of-all-calls') || this.#has('shared-moments') ? this.#calls : step;
  }

  #sgd(old: readonly number[], gradient: readonly number[], state: State, decay: number): number[] {
    const has = this.#has;
    const momentum = this.#momentum;
    const both = has('l2-and-decoupled');
    const decoupled = both || has('decoupled') || has('decay-without-rate');
    const l2 = both || !decoupled;
    const rate = this.#rateOf(state);
    const isDampened = has('dampened') || has(state.step > 1 ? 'dampened-later' : 'dampened-first');
    const dampened = isDampened ? 1 - momentum : 1;
    const isLater = state.step > 1;
    // Code that creates the buffer from the first gradient may slip in later steps alone.
    const isMultiplied =
      momentum !== 0 && (has('rate-in-momentum-too') || (isLater && has('rate-in-momentum-too-later')));
    const isBefore =
      momentum !== 0 && (has('update-before-moments') || (isLater && has('update-before-moments-later')));
    return old.map((w, i) => {
      const g = gradient[i]! + (l2 ? this.#penalty(w, decay, gradient[i]!) : 0);
      const factor = has('rate-in-momentum') || isMultiplied ? rate : 1;
      const v = this.#buffer(state.first[i]!, g * factor, dampened);
      const before = state.first[i]!;
      state.first[i] = v;
      const buffer = isBefore ? before : v;
      const direction =
        momentum === 0
          ? buffer
          : has('nesterov')
            ? g + momentum * buffer
            : has('gradient-again')
              ? g + buffer
              : has('momentum-twice')
                ? momentum * buffer
                : buffer;
      const step = has('rate-in-momentum') ? direction : rate * direction;
      return this.#moved(
        decoupled ? this.#shrunk(w, decay, gradient[i]!, this.#decayRateOf(state)) : w,
        step,
      );
    });
  }

  #buffer(old: number, g: number, dampened: number): number {
    const has = this.#has;
    const momentum = this.#momentum;
    if (momentum === 0) return g;
    if (has('momentum-complement')) return (1 - momentum) * old + momentum * g;
    if (has('momentum-complement-of-old')) return (1 - momentum) * old + g;
    if (has('momentum-of-sum')) return momentum * (old + g);
    return (has('momentum-missing') ? 1 : momentum) * old + dampened * g;
  }

  #state(key: number, size: number): State {
    const shared = this.#has('shared-state') || this.#has('shared-moments');
    // One state for parameters of several shapes is an error, or its numbers depend on how it is
    // written.
    if (shared && this.#sizes.size > 1) throw ANYTHING;
    const owner = shared ? 0 : key;
    const found = this.#states.get(owner);
    const both = this.#has('from-one both');
    const fresh = (moment: 'first' | 'second'): number[] =>
      new Array<number>(size).fill(both || this.#has(`from-one ${moment}`) ? 1 : 0);
    const state: State = found ?? {
      first: fresh('first'),
      second: fresh('second'),
      step: 0,
      largest: [],
    };
    // The state has another parameter's shape: as above.
    if (state.first.length !== size) throw ANYTHING;
    this.#states.set(owner, state);
    if (this.#has('forgotten') || this.#has('forgotten-but-counted')) {
      state.first = fresh('first');
      state.second = fresh('second');
      if (this.#has('forgotten')) state.step = 0;
    }
    return state;
  }
}

/** The settings, with the two options exchanged that a flag names. */
function exchanged(settings: OptimizerSettings, flags: ReadonlySet<OptimizerFlag>): OptimizerSettings {
  const { learningRate, momentum = 0, weightDecay = 0, eps = 1e-8 } = settings;
  if (flags.has('options-swapped rate-momentum'))
    return { ...settings, learningRate: momentum, momentum: learningRate };
  if (flags.has('options-swapped rate-decay'))
    return { ...settings, learningRate: weightDecay, weightDecay: learningRate };
  if (flags.has('options-swapped momentum-decay'))
    return { ...settings, momentum: weightDecay, weightDecay: momentum };
  if (flags.has('options-swapped eps-decay')) return { ...settings, eps: weightDecay, weightDecay: eps };
  return settings;
}
