// A program of its own, for node --expose-gc: 10,000 training steps. Says how many tensors more there are after them,
// and the resident memory before and after.

import { memory } from '@tensorflow/tfjs';
import { useFastestBackend } from '@trainkit/backend';
import { makeStep } from './make-step.js';
import { task } from './serve.js';

const { backend = 'tensorflow', ...rest } = task();
await useFastestBackend({ prefer: backend });
const step = makeStep(rest);
const look = () => {
  globalThis.gc?.();
  return { tensors: memory().numTensors, resident: process.memoryUsage().rss };
};
for (let i = 0; i < 1000; i++) step();
const before = look();
for (let i = 0; i < 10_000; i++) step();
const after = look();
console.log(
  JSON.stringify({
    tensors: after.tensors - before.tensors,
    megabytesBefore: Math.round(before.resident / 1e6),
    megabytesAfter: Math.round(after.resident / 1e6),
  }),
);
