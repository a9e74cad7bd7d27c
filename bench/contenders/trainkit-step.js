import { useFastestBackend } from '@trainkit/backend';
import { makeStep } from './make-step.js';
import { serve, task } from './serve.js';

const { backend = 'tensorflow', ...rest } = task();
await useFastestBackend({ prefer: backend });
await serve(`Trainkit, ${backend}`, makeStep(rest));
