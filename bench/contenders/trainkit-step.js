import { useFastestBackend } from '@trainkit/backend';
import { makeStep } from './make-step.js';
import { serve, task } from './serve.js';

const given = task();
await useFastestBackend({ prefer: given.backend ?? 'tensorflow' });
await serve(`Trainkit, ${given.backend}`, makeStep(given).step);
