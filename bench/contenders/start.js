// A "step" is a program from its start to its first step: Node, the imports, the backend and, where the task says so, the
// data set from the four files, unpacked.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { dataFolder } from './data-folder.js';
import { serve, task } from './serve.js';

const program = fileURLToPath(new URL('first-step.js', import.meta.url));
const { backend = 'native', data = false } = task();
const args = [program, backend, ...(data ? [dataFolder()] : [])];
await serve(`Trainkit, ${backend}, from start to first step`, () => {
  // Piped, an error's text is in what is thrown.
  execFileSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
});
