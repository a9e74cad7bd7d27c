// Measures the speed of the initializers, beside those of tfjs-layers: `pnpm bench`. It uses the
// built package. Medians in milliseconds; a loaded machine raises all rows alike.
import * as tf from '@tensorflow/tfjs';
import { kaimingNormal, orthogonal, truncatedNormal, xavierUniform } from '@trainkit/init';
import { Generator } from '@trainkit/random';
import { Bench } from 'tinybench';

await tf.setBackend('cpu');
// tfjs-layers warns in each call that its orthogonal initializer is slow.
console.warn = () => {};

const generator = new Generator(0);
const bench = new Bench({ time: 500, iterations: 5, warmupIterations: 2, warmupTime: 200 });
const add = (name, draw) => bench.add(name, () => draw().dispose());

add('xavierUniform [784, 512]', () => xavierUniform([784, 512], { generator }));
add('tf glorotUniform [784, 512]', () => tf.initializers.glorotUniform({ seed: 1 }).apply([784, 512]));
add('kaimingNormal [784, 512]', () => kaimingNormal([784, 512], { generator }));
add('tf heNormal [784, 512]', () => tf.initializers.heNormal({ seed: 1 }).apply([784, 512]));
add('truncatedNormal [784, 512]', () => truncatedNormal([784, 512], { generator }));
add('orthogonal [64, 64]', () => orthogonal([64, 64], { generator }));
add('tf orthogonal [64, 64]', () => tf.initializers.orthogonal({ gain: 1, seed: 1 }).apply([64, 64]));
add('orthogonal [512, 512]', () => orthogonal([512, 512], { generator }));

await bench.run();
console.table(
  bench.tasks.map(({ name, result }) => ({ weights: name, ms: +result.latency.p50.toPrecision(3) })),
);
