import { useFastestBackend } from '@trainkit/backend';
import { makeStep } from './make-step.js';
import { serve, task } from './serve.js';

const { backend = 'tensorflow', ...rest } = task();
await useFastestBackend({ prefer: backend });
const optimizer = (rest.network ?? 'exercise') === 'exercise' ? 'AdamW' : 'SGD';
// Elsewhere than on tfjs-node and native a captured step is the plain one.
const isCaptured = ['tensorflow', 'native'].includes(backend) && rest.captured !== false;
const how = isCaptured ? `${backend}, captured` : backend;
await serve(`Trainkit, ${how}, ${optimizer}`, makeStep(rest));
