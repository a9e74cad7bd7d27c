// The first module of the bundle of scripts/specs.js: TensorFlow.js with the native backend alone,
// and the only test environment. Bundled, so that the specs and the backend share one copy of
// TensorFlow.js.

import '@tensorflow/tfjs-core/dist/index.js';
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js';
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
import '@tensorflow/tfjs-backend-cpu';
import { registerBackend } from '@tensorflow/tfjs-core';
import { setTestEnvs } from '@tensorflow/tfjs-core/dist/jasmine_util.js';
import { loadAddon } from '../dist/backend/addon.js';
import { NativeBackend } from '../dist/backend/native-backend.js';
import { registerKernels } from '../dist/backend/register-kernel.js';
import { stockKernels } from '../dist/kernels/index.js';

const addon = loadAddon(process.env['TRAINKIT_ADDON'] ?? '');
registerBackend('native', () => new NativeBackend(addon));
registerKernels('native', stockKernels);
setTestEnvs([{ name: 'native', backendName: 'native', isDataSync: true }]);
