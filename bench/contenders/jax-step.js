// The same step in jax-js on its WebAssembly backend, compiled with its jit; AdamW as its formula says.
import { blockUntilReady, defaultDevice, init, jit, nn, numpy as np, tree, valueAndGrad } from '@jax-js/jax';
import { BATCH, CLASSES, PIXELS, WIDTHS } from './batch.js';
import { serve } from './serve.js';

const RATE = 3e-4;
const DECAY = 0.01;
const BETAS = [0.9, 0.999];
const EPS = 1e-8;

await init('wasm');
defaultDevice('wasm');

const noise = (size, scale) => Float32Array.from({ length: size }, () => (2 * Math.random() - 1) * scale);
const widths = WIDTHS.exercise;
const images = np.array(noise(BATCH * PIXELS, 1)).reshape([BATCH, PIXELS]);
const labels = nn.oneHot(np.array(Int32Array.from({ length: BATCH }, (_, i) => i % CLASSES)), CLASSES);

function loss(parameters, x, y) {
  let h = x;
  for (let i = 0; i < widths.length - 1; i++) {
    h = np.matmul(h, parameters[2 * i]).add(parameters[2 * i + 1]);
    if (i < widths.length - 2) h = nn.relu(h);
  }
  return np.mean(np.sum(nn.logSoftmax(h, -1).mul(y), -1)).mul(-1);
}

const lossAndGradients = valueAndGrad(loss);
const update = jit((parameters, means, squares, correction1, correction2, x, y) => {
  const [value, gradients] = lossAndGradients(tree.ref(parameters), x, y);
  const next = parameters.map((parameter, i) => {
    const gradient = gradients[i];
    const mean = means[i].mul(BETAS[0]).add(gradient.ref.mul(1 - BETAS[0]));
    const square = squares[i].mul(BETAS[1]).add(gradient.ref.mul(gradient).mul(1 - BETAS[1]));
    const ratio = mean.ref.div(correction1.ref).div(np.sqrt(square.ref.div(correction2.ref)).add(EPS));
    return [parameter.ref.sub(ratio.add(parameter.mul(DECAY)).mul(RATE)), mean, square];
  });
  correction1.dispose();
  correction2.dispose();
  return [value, ...[0, 1, 2].map((which) => next.map((all) => all[which]))];
});

const parameters = widths
  .slice(1)
  .flatMap((width, i) => [
    np.array(noise(widths[i] * width, 0.05)).reshape([widths[i], width]),
    np.zeros([width]),
  ]);
let state = [parameters, ...[0, 1].map(() => parameters.map(({ shape }) => np.zeros(shape)))];
let count = 0;

await serve('jax-js, wasm', async () => {
  count++;
  const corrections = BETAS.map((beta) => np.array(1 - beta ** count));
  const [value, ...next] = update(...state, ...corrections, images.ref, labels.ref);
  state = next;
  await blockUntilReady(next.flat().map((array) => array.ref));
  value.js();
});
