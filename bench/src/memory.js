import { runProgram } from './program.js';

/**
 * The tensors and the memory left after many steps.
 *
 * @typedef {object} MemoryOutcome
 * @property {string} name
 * @property {import('./rows.js').Task} task
 * @property {number} steps
 * @property {import('./rows.js').MemoryLimits} limits
 * @property {number} tensors growth of the number of tensors of TensorFlow.js
 * @property {number | null} nativeTensors growth of the number of tensors of the native library;
 *   null on a backend without one
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
 * Compares an outcome with each of its limits. Counts are exact; the limit of resident memory
 * leaves room for memory that an allocator holds back.
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
