import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const PROGRAM = fileURLToPath(new URL('../contenders/memory.js', import.meta.url));

/**
 * What is left after many steps.
 *
 * @param {import('./rows.js').Task} task
 * @returns {Promise<{ tensors: number, megabytesBefore: number, megabytesAfter: number }>}
 */
export async function measureMemory(task) {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--expose-gc', PROGRAM, JSON.stringify(task)],
    {
      env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' },
    },
  );
  return JSON.parse(stdout);
}
