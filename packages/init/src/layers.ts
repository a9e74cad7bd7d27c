/**
 * The initializers for tfjs-layers: `tf.layers.dense({ units, kernelInitializer: xavierUniform()
 * })`.
 *
 * Each has the options of its namesake in `@trainkit/init`, and `seed`. Without both, it draws from
 * the default generator. An initializer advances: two layers that share it get different weights.
 * Two initializers with the same seed give layers of the same shape the same weights. The seed is
 * saved with a model, a generator cannot be.
 *
 * Importing this entry registers the classes (`TrainkitXavierUniform` …), so that
 * `tf.loadLayersModel` knows them.
 */
import type { OptionNames } from '@trainkit/checks';
import { DIRAC_OPTIONS } from './dirac.js';
import * as init from './index.js';
import { KAIMING_OPTIONS } from './kaiming.js';
import { defineInitializer, type Initializer, type RandomOptions } from './layers/define.js';
import { LECUN_OPTIONS } from './lecun.js';
import { NORMAL_OPTIONS } from './normal.js';
import { ORTHOGONAL_OPTIONS } from './orthogonal.js';
import { SPARSE_OPTIONS } from './sparse.js';
import { TRUNCATED_NORMAL_OPTIONS } from './truncated-normal.js';
import { UNIFORM_OPTIONS } from './uniform.js';
import { XAVIER_OPTIONS } from './xavier.js';

export type { Initializer, RandomOptions } from './layers/define.js';

/** Options of {@link constant}. */
export interface ConstantOptions {
  /** The value of every element. */
  value: number;
}

const CONSTANT_OPTIONS: OptionNames<ConstantOptions> = { value: true };

const newXavierUniform = defineInitializer('xavierUniform', XAVIER_OPTIONS, init.xavierUniform);
const newXavierNormal = defineInitializer('xavierNormal', XAVIER_OPTIONS, init.xavierNormal);
const newKaimingUniform = defineInitializer('kaimingUniform', KAIMING_OPTIONS, init.kaimingUniform);
const newKaimingNormal = defineInitializer('kaimingNormal', KAIMING_OPTIONS, init.kaimingNormal);
const newLecunUniform = defineInitializer('lecunUniform', LECUN_OPTIONS, init.lecunUniform);
const newLecunNormal = defineInitializer('lecunNormal', LECUN_OPTIONS, init.lecunNormal);
const newUniform = defineInitializer('uniform', UNIFORM_OPTIONS, init.uniform);
const newNormal = defineInitializer('normal', NORMAL_OPTIONS, init.normal);
const newTruncatedNormal = defineInitializer(
  'truncatedNormal',
  TRUNCATED_NORMAL_OPTIONS,
  init.truncatedNormal,
);
const newOrthogonal = defineInitializer('orthogonal', ORTHOGONAL_OPTIONS, init.orthogonal);
const newSparse = defineInitializer('sparse', SPARSE_OPTIONS, init.sparse);
const newDirac = defineInitializer('dirac', DIRAC_OPTIONS, init.dirac);
const newConstant = defineInitializer('constant', CONSTANT_OPTIONS, (shape, { value }) =>
  init.constant(shape, value),
);
const newZeros = defineInitializer('zeros', {}, init.zeros);
const newOnes = defineInitializer('ones', {}, init.ones);
const newEye = defineInitializer('eye', {}, init.eye);

/**
 * Xavier (Glorot) weights from U(−a, a), a = gain · √(6 / (fanIn + fanOut)).
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { xavierUniform } from '@trainkit/init/layers';
 *
 * const layer = tf.layers.dense({ units: 3, inputShape: [2], kernelInitializer: xavierUniform({ seed: 0 }) });
 * const model = tf.sequential({ layers: [layer] });
 * console.log(layer.getWeights()[0]!.dataSync().slice(0, 2).join(' ')); // → -0.008201400749385357 -0.9016007781028748
 * ```
 */
export function xavierUniform(options: init.XavierOptions & RandomOptions = {}): Initializer {
  return newXavierUniform(options);
}

/**
 * Xavier (Glorot) weights from N(0, gain² · 2 / (fanIn + fanOut)), not truncated, unlike
 * `glorotNormal`.
 */
export function xavierNormal(options: init.XavierOptions & RandomOptions = {}): Initializer {
  return newXavierNormal(options);
}

/** Kaiming (He) weights from U(−b, b), b = gain · √(3 / fan). */
export function kaimingUniform(options: init.KaimingOptions & RandomOptions = {}): Initializer {
  return newKaimingUniform(options);
}

/** Kaiming (He) weights from N(0, gain² / fan), not truncated, unlike `heNormal`. */
export function kaimingNormal(options: init.KaimingOptions & RandomOptions = {}): Initializer {
  return newKaimingNormal(options);
}

/** LeCun weights from U(−b, b), b = √(3 / fanIn). */
export function lecunUniform(options: init.LecunOptions & RandomOptions = {}): Initializer {
  return newLecunUniform(options);
}

/** LeCun weights from N(0, 1 / fanIn), not truncated, unlike `leCunNormal`. */
export function lecunNormal(options: init.LecunOptions & RandomOptions = {}): Initializer {
  return newLecunNormal(options);
}

/** Values from U(low, high), by default [0, 1). */
export function uniform(options: init.UniformOptions & RandomOptions = {}): Initializer {
  return newUniform(options);
}

/** Values from N(mean, std²), by default N(0, 1). */
export function normal(options: init.NormalOptions & RandomOptions = {}): Initializer {
  return newNormal(options);
}

/**
 * Values from N(mean, std²) between the absolute bounds low and high; std is the one before
 * truncation.
 */
export function truncatedNormal(options: init.TruncatedNormalOptions & RandomOptions = {}): Initializer {
  return newTruncatedNormal(options);
}

/**
 * A random orthogonal matrix times gain; also for the recurrent weights of `tf.layers.lstm` and
 * similar layers.
 */
export function orthogonal(options: init.OrthogonalOptions & RandomOptions = {}): Initializer {
  return newOrthogonal(options);
}

/** A matrix with a fraction of zeros, the rest from N(0, std²). */
export function sparse(options: init.SparseOptions & RandomOptions): Initializer {
  return newSparse(options);
}

/** A convolution kernel that passes on its input. */
export function dirac(options: init.DiracOptions = {}): Initializer {
  return newDirac(options);
}

/** `value` everywhere. */
export function constant(options: ConstantOptions): Initializer {
  return newConstant(options);
}

/** 0 everywhere. */
export function zeros(): Initializer {
  return newZeros({});
}

/** 1 everywhere. */
export function ones(): Initializer {
  return newOnes({});
}

/** The identity, for a matrix. */
export function eye(): Initializer {
  return newEye({});
}
