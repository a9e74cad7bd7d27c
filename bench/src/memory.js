import { runProgram } from './program.js';

/**
 * What is left after many steps.
 *
 * @typedef {object} MemoryOutcome
 * @property {string} name
 * @property {import('./rows.js').Task} task
 * @property {number} steps
 * @property {import('./rows.js').MemoryLimits} limits
 * @property {number} tensors of TensorFlow.js, more than before
 * @property {number | null} nativeTensors of the native library, more than before; null on another backend
 * @property {import('./resident.js').Growth} resident bytes
 */

/**
 * @param {import('./rows.js').MemoryRow} row
 * @param {{ threads: number }} options
 * @returns {Promise<MemoryOutcome>}
 */
export async function measureMemory({ name, task, steps, limits }, { threads }) {
  const left = await runProgram('memory.js', { task, steps }, { threads, flags: ['--expose-gc'] });
  return { name, limits, ...left };
}

/**
 * Whether it keeps to each of its limits. There is no chance in counts; resident memory has room for what an allocator may
 * hold back.
 *
 * @param {MemoryOutcome} outcome
 * @returns {'reached' | 'missed'}
 */
export function memoryVerdict({ limits, tensors, nativeTensors, resident }) {
  const isKept =
    tensors <= limits.tensors &&
    (nativeTensors ?? 0) <= limits.nativeTensors &&
    resident.after <= resident.before * (1 + limits.growth);
  return isKept ? 'reached' : 'missed';
}
