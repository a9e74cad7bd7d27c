import { ANYTHING } from '../diagnosis/observation.js';
import type { Block } from '../subject/block.js';
import { type OptimizerFlag, OTHER_BETAS, OTHER_EPS, OTHER_RATES } from './hypotheses.js';
import type { IndexedGradient, OptimizerInterface, OptimizerKind, OptimizerSettings } from './scenario.js';

/** What is kept for a parameter: moments and steps of Adam, momentum of SGD. */
interface State {
  first: number[];
  second: number[];
  step: number;
}

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
    { learningRate, betas, eps, momentum = 0, weightDecay = 0 }: OptimizerSettings,
    flags: ReadonlySet<OptimizerFlag>,
  ) {
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
    this.#decay = flags.has('decay-ignored') ? 0 : flags.has('decay-wrong-sign') ? -weightDecay : weightDecay;
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
    const given = this.#has('missing-as-zero')
      ? this.#parameters.map((parameter, i): IndexedGradient => {
          return gradients.find(([index]) => index === i) ?? [i, parameter.map(() => 0)];
        })
      : gradients;
    for (const [place, [parameter, gradient]] of given.entries()) {
      const old = this.#parameters[parameter]!;
      const state = this.#state(this.#has('by-position') ? place : parameter, old.length);
      const update = this.#kind === 'SGD' ? this.#sgd : this.#adam;
      state.step++;
      this.#updates++;
      this.#parameters[parameter] = update.call(this, old, gradient, state, this.#decayOf(parameter));
    }
  }

  #decayOf(parameter: number): number {
    const spared = this.#ranks[parameter]! < 2 ? 'decay-of-matrices' : 'decay-of-vectors';
    return this.#has(spared) ? 0 : this.#decay;
  }

  #adam(old: readonly number[], gradient: readonly number[], state: State, decay: number): number[] {
    const has = this.#has;
    const [b1, b2] = this.#betas;
    const l2 = this.#kind === 'Adam' ? !has('decoupled') : has('l2');
    const t = this.#count(state);
    const rate = has('update-without-rate') ? 1 : this.#rate;
    const shrink = l2 ? 1 : 1 - (has('decay-without-rate') ? 1 : this.#rate) * decay;
    return old.map((w, i) => {
      const g = gradient[i]! + (l2 ? decay * w : 0);
      const squared = has('second-linear') ? g : has('second-absolute') ? Math.abs(g) : g * g;
      const m = b1 * state.first[i]! + (has('first-summed') || has('both-summed') ? 1 : 1 - b1) * g;
      const v = b2 * state.second[i]! + (has('second-summed') || has('both-summed') ? 1 : 1 - b2) * squared;
      state.first[i] = m;
      state.second[i] = v;
      const step = (rate * (m / this.#correction(b1, t, 'first'))) / this.#denominator(v, b2, t);
      const signed = has('wrong-sign') ? -step : step;
      return has('decay-after') ? (w - signed) * shrink : w * shrink - signed;
    });
  }

  #correction(beta: number, t: number, moment: 'first' | 'second'): number {
    const has = this.#has;
    if (has('no-correction') || has(`no-${moment}`)) return 1;
    if (has('linear-correction') || has(`linear-${moment}`)) return 1 - beta * t;
    // As 1 - beta ^ t is read. Of 1 - (beta ^ t) there would be nothing but NaN, which anything may give.
    if (has('xor-correction')) return (1 - beta) ^ t;
    return 1 - beta ** t;
  }

  #denominator(v: number, beta: number, t: number): number {
    const has = this.#has;
    const correction = this.#correction(beta, t, 'second');
    if (has('eps-before-correction')) return (Math.sqrt(v) + this.#eps) / Math.sqrt(correction);
    const corrected = v / correction;
    if (has('no-root')) return corrected + this.#eps;
    return has('eps-inside') ? Math.sqrt(corrected + this.#eps) : Math.sqrt(corrected) + this.#eps;
  }

  /** The t of the bias correction. */
  #count({ step }: State): number {
    if (this.#has('step-stays')) return 1;
    if (this.#has('step-from-zero')) return step - 1;
    if (this.#has('step-of-all-updates')) return this.#updates;
    return this.#has('step-of-all-calls') || this.#has('shared-moments') ? this.#calls : step;
  }

  #sgd(old: readonly number[], gradient: readonly number[], state: State, decay: number): number[] {
    const has = this.#has;
    const momentum = this.#momentum;
    const l2 = !has('decoupled');
    const rate = has('update-without-rate') ? 1 : this.#rate;
    const dampened = has('dampened') || (has('dampened-later') && state.step > 1) ? 1 - momentum : 1;
    return old.map((w, i) => {
      const g = gradient[i]! + (l2 ? decay * w : 0);
      const v =
        momentum * state.first[i]! +
        (momentum === 0 ? 1 : dampened) * (has('rate-in-momentum') ? rate : 1) * g;
      state.first[i] = v;
      const direction = has('nesterov') && momentum !== 0 ? g + momentum * v : v;
      const step = has('rate-in-momentum') ? direction : rate * direction;
      const shrink = l2 ? 1 : 1 - this.#rate * decay;
      return w * shrink - (has('wrong-sign') ? -step : step);
    });
  }

  #state(key: number, size: number): State {
    const shared = this.#has('shared-state') || this.#has('shared-moments');
    // One state for parameters of several shapes is an error, or nonsense that depends on how it is written.
    if (shared && this.#sizes.size > 1) throw ANYTHING;
    const owner = shared ? 0 : key;
    const found = this.#states.get(owner);
    const fresh = (): number[] => new Array<number>(size).fill(0);
    const state: State = found ?? { first: fresh(), second: fresh(), step: 0 };
    // A state of another parameter's shape: as above.
    if (state.first.length !== size) throw ANYTHING;
    this.#states.set(owner, state);
    if (this.#has('forgotten') || this.#has('forgotten-but-counted')) {
      state.first = fresh();
      state.second = fresh();
      if (this.#has('forgotten')) state.step = 0;
    }
    return state;
  }
}
