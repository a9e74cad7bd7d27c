/** The approximate number of stack frames of a nested module call. */
const FRAMES = 10;

/**
 * Throws if this many nested calls do not fit onto the stack. Empty calls test it in advance, since
 * TensorFlow.js does not recover from a stack overflow.
 */
export function checkDepth(where: string, depth: number): void {
  if (depth <= 100) return;
  try {
    dive(depth * FRAMES);
  } catch {
    throw new RangeError(
      `${where}: the model is ${depth} modules deep; expected a depth whose calls fit onto the stack. ` +
        'Write one Sequential of all layers, or one forward with a loop, in place of modules in modules.',
    );
  }
}

function dive(calls: number): number {
  return calls === 0 ? 0 : 1 + dive(calls - 1);
}
