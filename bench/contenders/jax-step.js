// The same step in jax-js on its WebAssembly backend, compiled with its jit. AdamW is written out
// by its formula.
import { blockUntilReady, defaultDevice, init, jit, nn, numpy as np, valueAndGrad } from '@jax-js/jax';
import { BATCH, CLASSES, PIXELS, WIDTHS } from './batch.js';
import { serve } from './serve.js';

/**
 * A parameter with AdamW's first and second moments.
 *
 * @typedef {{ parameter: np.Array, mean: np.Array, square: np.Array }} Slot
 */

const RATE = 3e-4;
const DECAY = 0.01;
const BETA1 = 0.9;
const BETA2 = 0.999;
const EPS = 1e-8;

await init('wasm');
defaultDevice('wasm');

/** @type {(size: number, scale: number) => np.Array} */
const noise = (size, scale) =>
  np.array(Float32Array.from({ length: size }, () => (2 * Math.random() - 1) * scale));
const widths = WIDTHS.exercise;
const images = noise(BATCH * PIXELS, 1).reshape([BATCH, PIXELS]);
const labels = nn.oneHot(np.array(Int32Array.from({ length: BATCH }, (_, i) => i % CLASSES)), CLASSES);

/**
 * @type {(layers: { weight: np.Array, bias: np.Array }[], x: np.Array, y: np.Array) => np.Array}
 */
function loss(layers, x, y) {
  let h = x;
  for (const [i, { weight, bias }] of layers.entries()) {
    h = np.matmul(h, weight).add(bias);
    if (i < layers.length - 1) h = nn.relu(h);
  }
  return np.mean(np.sum(nn.logSoftmax(h, -1).mul(y), -1)).mul(-1);
}

const lossAndGradients = valueAndGrad(loss);

/**
 * @type {(slot: Slot, gradient: np.Array, correction1: np.Array, correction2: np.Array) => Slot}
 */
function adamw({ parameter, ...old }, gradient, correction1, correction2) {
  const mean = old.mean.mul(BETA1).add(gradient.ref.mul(1 - BETA1));
  const square = old.square.mul(BETA2).add(gradient.ref.mul(gradient).mul(1 - BETA2));
  const ratio = mean.ref.div(correction1.ref).div(np.sqrt(square.ref.div(correction2.ref)).add(EPS));
  return { parameter: parameter.ref.sub(ratio.add(parameter.mul(DECAY)).mul(RATE)), mean, square };
}

/**
 * @typedef {{ weight: Slot, bias: Slot }} Layer
 * @type {(layers: Layer[], correction1: np.Array, correction2: np.Array, x: np.Array, y: np.Array)
 * => { value: np.Array, next: Layer[] }}
 */
function train(layers, correction1, correction2, x, y) {
  const parameters = layers.map(({ weight, bias }) => ({
    weight: weight.parameter.ref,
    bias: bias.parameter.ref,
  }));
  const [value, gradients] = lossAndGradients(parameters, x, y);
  const next = layers.map(({ weight, bias }, i) => {
    const gradient = gradients[i];
    if (gradient === undefined)
      throw new Error(`jax-js returned no gradients for layer ${i}; expected one for each layer.`);
    return {
      weight: adamw(weight, gradient.weight, correction1, correction2),
      bias: adamw(bias, gradient.bias, correction1, correction2),
    };
  });
  correction1.dispose();
  correction2.dispose();
  return { value, next };
}

/** @type {(parameter: np.Array) => Slot} */
const slot = (parameter) => ({
  parameter,
  mean: np.zeros(parameter.shape),
  square: np.zeros(parameter.shape),
});
let layers = widths.slice(1).map((width, i) => {
  const before = widths[i] ?? 0;
  return {
    weight: slot(noise(before * width, 0.05).reshape([before, width])),
    bias: slot(np.zeros([width])),
  };
});
const update = jit(train);
let count = 0;

await serve('jax-js, wasm, jit, AdamW', async () => {
  count++;
  const [correction1, correction2] = [np.array(1 - BETA1 ** count), np.array(1 - BETA2 ** count)];
  const { value, next } = update(layers, correction1, correction2, images.ref, labels.ref);
  layers = next;
  // blockUntilReady does not consume references: arrays passed with `.ref` would never be freed.
  await blockUntilReady(next);
  value.js();
});
