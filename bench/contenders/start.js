// One "step" of this contender is a program from its start to its first training step: Node, the
// imports, the backend and, if the task asks for it, reading and unpacking the data set.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { dataFolder } from './data-folder.js';
import { serve, task } from './serve.js';

const program = fileURLToPath(new URL('first-step.js', import.meta.url));
const { backend = 'native', data = false } = task();
const args = [program, backend, ...(data ? [dataFolder()] : [])];
await serve(`Trainkit, ${backend}, from start to first step`, () => {
  // stderr is piped, so that the thrown error contains its text.
  execFileSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
});
