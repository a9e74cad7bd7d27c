import * as tf from '@tensorflow/tfjs-core';
import { type BackendName, useFastestBackend } from '@trainkit/backend';
import { afterEach, beforeAll, beforeEach, describe, expect } from 'vitest';

const NAMES: readonly BackendName[] = ['cpu', 'wasm', 'tensorflow', 'native'];

/**
 * Where a backend is missing its rows are skipped, so that the suite passes on any machine; continuous
 * integration sets TRAINKIT_REQUIRE_BACKENDS=1, and a missing backend is a failure.
 */
const REQUIRED = process.env['TRAINKIT_REQUIRE_BACKENDS'] === '1';

const missing = new Map<BackendName, string>();
for (const name of NAMES) {
  try {
    await useFastestBackend({ prefer: name });
  } catch (error) {
    missing.set(name, String(error));
  }
}

/**
 * Runs `suite` once on every TensorFlow.js backend: cpu, wasm and, where they load, tensorflow (tfjs-node) and native.
 *
 * After each test the number of tensors must be what it was before: a test disposes what it makes.
 *
 * @param options.backends the backends to run on, default all; for whole trainings, which cpu is too slow for
 */
export function describeBackends(
  title: string,
  suite: (backend: BackendName) => void,
  { backends = NAMES }: { backends?: readonly BackendName[] } = {},
): void {
  for (const name of backends) {
    const reason = missing.get(name);
    describe.skipIf(reason !== undefined && !REQUIRED)(`${title} on ${name}`, () => {
      let before = 0;
      beforeAll(async () => {
        if (reason !== undefined) throw new Error(`The backend ${name} is required here: ${reason}`);
        await useFastestBackend({ prefer: name });
      });
      beforeEach(() => {
        before = tf.memory().numTensors;
      });
      afterEach(() => {
        expect(tf.memory().numTensors, 'tensors left over').toBe(before);
      });
      suite(name);
    });
  }
}
