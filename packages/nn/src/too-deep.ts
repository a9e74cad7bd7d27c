/** Stack frames of a call of one module in the other, about. */
const FRAMES = 10;

/**
 * Throws where calls of so many modules, one in the other, do not fit onto the stack. It is tried with calls that do
 * nothing: TensorFlow.js does not survive a full stack whole.
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
