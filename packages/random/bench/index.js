// Measures the speed of the generator, beside pure-rand: `pnpm bench`. It uses the built package.
// Throughput is the median over all rounds, in million values a second; a loaded machine lowers all
// rows alike.
import { Generator } from '@trainkit/random';
import { congruential32 } from 'pure-rand/generator/congruential32';
import { mersenne } from 'pure-rand/generator/mersenne';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { xorshift128plus } from 'pure-rand/generator/xorshift128plus';
import { Bench } from 'tinybench';

const N = 1_000_000;
const generator = new Generator(0);
const bench = new Bench({ time: 1000, warmupTime: 300 });

bench.add('uint32 (32-bit draws)', () => generator.uint32(N));
bench.add('uniform (one draw each)', () => generator.uniform(N, -1, 1));
bench.add('bernoulli 0.5 (two draws each)', () => generator.bernoulli(N, 0.5));
bench.add('bernoulli 0.9', () => generator.bernoulli(N, 0.9));
bench.add('normal (one draw each)', () => generator.normal(N));
bench.add('permutation (one draw each)', () => generator.permutation(N));

// Each in its own loop: a loop over several generators would slow them all.
const twister = mersenne(0);
bench.add('pure-rand mersenne (32-bit draws)', () => {
  const values = new Uint32Array(N);
  for (let i = 0; i < N; i++) values[i] = twister.next();
  return values;
});
const xoroshiro = xoroshiro128plus(0);
bench.add('pure-rand xoroshiro128plus (32-bit draws)', () => {
  const values = new Uint32Array(N);
  for (let i = 0; i < N; i++) values[i] = xoroshiro.next();
  return values;
});
const xorshift = xorshift128plus(0);
bench.add('pure-rand xorshift128plus (32-bit draws)', () => {
  const values = new Uint32Array(N);
  for (let i = 0; i < N; i++) values[i] = xorshift.next();
  return values;
});
const congruential = congruential32(0);
bench.add('pure-rand congruential32, its fastest (32-bit draws)', () => {
  const values = new Uint32Array(N);
  for (let i = 0; i < N; i++) values[i] = congruential.next();
  return values;
});

await bench.run();
console.table(
  bench.tasks.map(({ name, result }) => ({
    draws: name,
    'million values/s': Math.round(N / 1e3 / result.latency.p50),
  })),
);
