// A "step" is a program from its start to its first step: Node, the imports, the native backend from the cache, the data
// set from the four files, unpacked.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { dataFolder } from './data-folder.js';
import { serve } from './serve.js';

const program = fileURLToPath(new URL('first-step.js', import.meta.url));
const data = dataFolder();
await serve('Trainkit, from start to first step', () => {
  // Piped, an error's text is in what is thrown.
  execFileSync(process.execPath, [program, data], { stdio: ['ignore', 'ignore', 'pipe'] });
});
