import * as tf from '@tensorflow/tfjs-core';
import { type BackendName, useFastestBackend } from '@trainkit/backend';
import { afterEach, beforeAll, beforeEach, describe, expect } from 'vitest';

const NAMES: readonly BackendName[] = ['cpu', 'wasm', 'tensorflow', 'native'];

/**
 * True if a missing backend is a failure, as in continuous integration. By default the tests of a
 * missing backend are skipped, so that the suite passes on any machine.
 */
const REQUIRED = process.env['TRAINKIT_REQUIRE_BACKENDS'] === '1';

/**
 * The backends that TRAINKIT_TEST_BACKENDS restricts a run to: `tensorflow,native` for a second
 * version of Node, on which only the native libraries depend. A suite that supports none of them
 * runs on all of its own.
 */
const NARROWED = (process.env['TRAINKIT_TEST_BACKENDS'] ?? '').split(',').filter((name) => name !== '');

const missing = await missingBackends();

async function missingBackends(): Promise<Set<BackendName>> {
  const names = new Set<BackendName>();
  for (const name of NAMES) {
    await useFastestBackend({ prefer: name }).catch(() => names.add(name));
  }
  return names;
}

/**
 * Runs `suite` once on every TensorFlow.js backend: cpu, wasm and, if they load, tensorflow
 * (tfjs-node) and native.
 *
 * After each test there must be as many tensors as before: a test disposes the tensors that it
 * creates.
 *
 * @param options.backends the backends to run on, default all; for whole trainings, for which cpu
 *   is too slow
 */
export function describeBackends(
  title: string,
  suite: (backend: BackendName) => void,
  { backends = NAMES }: { backends?: readonly BackendName[] } = {},
): void {
  const narrowed = backends.filter((name) => NARROWED.includes(name));
  for (const name of narrowed.length > 0 ? narrowed : backends) {
    describe.skipIf(missing.has(name) && !REQUIRED)(`${title} on ${name}`, () => {
      let before = 0;
      beforeAll(async () => {
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
