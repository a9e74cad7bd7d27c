import { engine, type Tensor } from '@tensorflow/tfjs-core';

type Tape = ReturnType<typeof engine>['state']['activeTape'];
type TapeNode = Tape[number];

/** True if ops are being recorded for a gradient. */
export function isRecorded(): boolean {
  const { gradientDepth, kernelDepth } = engine().state;
  return gradientDepth > 0 && kernelDepth === 0;
}

/** True if ops are being recorded for a gradient of a gradient, or a higher one. */
export function isRecordedTwice(): boolean {
  return isRecorded() && engine().state.gradientDepth > 1;
}

/**
 * Removes all outputs but the first `visible` from the op that was recorded last. Hidden outputs
 * have no gradient, and TensorFlow.js would create zeros of their size before each gradient of the
 * op.
 */
export function hideOutputs(outputs: readonly Tensor[], visible: number): void {
  const last = engine().state.activeTape?.at(-1);
  if (last !== undefined && last.outputs[0] === outputs[0]) last.outputs = last.outputs.slice(0, visible);
}

const repaired = new WeakSet<Tape>();

/**
 * Repairs the order of the tape that is being recorded, from its start to its end.
 *
 * An op that saves its own output for the gradient (exp, tanh, softmax, …) records a clone of that
 * output on the tape. TensorFlow.js 4.22 records this clone BEFORE the op itself. The search for
 * the nodes that depend on x runs through the tape once, so it misses the clone: second derivatives
 * lack that path, or fail ("Cannot compute gradient of y=f(x) …", even for tanh). The repair moves
 * each op before the clones of its outputs.
 */
export function repairTape(): void {
  const tape = engine().state.activeTape;
  if (repaired.has(tape)) return;
  repaired.add(tape);
  const recorded = tape.splice(0);
  Object.defineProperty(tape, 'push', {
    value: (...nodes: TapeNode[]): number => {
      for (const node of nodes) insert(tape, node);
      return tape.length;
    },
  });
  tape.push(...recorded);
}

function insert(tape: Tape, node: TapeNode): void {
  const outputs = new Set(node.outputs.map(({ id }) => id));
  // The clones of a node's saved tensors are the nodes right before it, one each.
  const start = Math.max(0, tape.length - (node.saved?.length ?? 0));
  const firstClone = tape.findIndex((other, i) => i >= start && hasInputIn(other, outputs));
  tape.splice(firstClone === -1 ? tape.length : firstClone, 0, node);
}

function hasInputIn({ inputs }: TapeNode, ids: ReadonlySet<number>): boolean {
  return Object.values(inputs).some(({ id }) => ids.has(id));
}
