// A "step" is a program from its start to its first step; the data and the native backend are in the caches.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { serve } from './serve.js';

const program = fileURLToPath(new URL('first-step.js', import.meta.url));
await serve('from start to first step', () => {
  execFileSync(process.execPath, [program], { stdio: ['ignore', 'ignore', 'inherit'] });
});
