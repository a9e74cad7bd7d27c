import { Dropout } from '@trainkit/dropout';
import { Linear, ReLU, Sequential, Tanh } from '@trainkit/nn';
import { LayerNorm } from '@trainkit/normalization';
import { WIDTHS } from './batch.js';
import { LeNet } from './lenet.js';

/**
 * The network of a task, for flat images.
 *
 * @param {import('../src/rows.js').Task} task
 */
export function makeModel({ network = 'exercise', layerNorm = false, dropout = 0 }) {
  if (network === 'lenet') return new LeNet();
  const widths = WIDTHS[network];
  const layers = widths.slice(1).flatMap((width, i) => {
    const linear = new Linear(widths[i] ?? 0, width);
    if (i === widths.length - 2) return [linear];
    return [
      linear,
      ...(layerNorm ? [new LayerNorm(width)] : []),
      network === 'simple' ? new Tanh() : new ReLU(),
      ...(dropout > 0 ? [new Dropout(dropout)] : []),
    ];
  });
  return new Sequential(...layers);
}
