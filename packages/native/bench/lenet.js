// A training step of LeNet-5 on 128 images of 28 by 28, eager, with stock TensorFlow.js code: on native, tfjs-node and in
// PyTorch, in processes that take turns. `TRAINKIT_PYTHON=… node bench/lenet.js [turns]` after `pnpm build`.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const STEPS = 20;
const [turns = '12', only = ''] = process.argv.slice(2);
const path = (name) => fileURLToPath(new URL(name, import.meta.url));

const contestants = Object.entries({
  native: [process.execPath, path('lenet-step.js'), 'native'],
  'tfjs-node': [process.execPath, path('lenet-step.js'), 'tensorflow'],
  pytorch: [process.env.TRAINKIT_PYTHON ?? 'python3', path('lenet.py')],
})
  .filter(([name]) => name.includes(only))
  .map(([name, [program, ...args]]) => {
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    return { name, child, answer: async () => (await lines.next()).value };
  });

for (const { name, answer } of contestants) console.log(name, await answer());
const rounds = [];
for (let turn = 0; turn < Number(turns); turn++) {
  const round = {};
  for (const { name, child, answer } of contestants) {
    child.stdin.write(`${STEPS}\n`);
    round[name] = Number(await answer());
  }
  if (turn > 0) rounds.push(round);
}
for (const { child } of contestants) child.stdin.end();
console.table(
  Object.fromEntries(
    contestants.map(({ name }) => [
      name,
      {
        'median ms': median(rounds.map((round) => round[name])).toFixed(2),
        best: Math.min(...rounds.map((round) => round[name])).toFixed(2),
        'native / this': median(rounds.map((round) => round.native / round[name])).toFixed(2),
      },
    ]),
  ),
);

function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
}
