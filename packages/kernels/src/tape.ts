import { engine, type Tensor } from '@tensorflow/tfjs-core';

type Tape = ReturnType<typeof engine>['state']['activeTape'];
type TapeNode = Tape[number];

/** Whether what runs now is recorded for a gradient. */
export function isRecorded(): boolean {
  const { gradientDepth, kernelDepth } = engine().state;
  return gradientDepth > 0 && kernelDepth === 0;
}

/** Whether what runs now is recorded for a gradient of a gradient, or a higher one. */
export function isRecordedTwice(): boolean {
  return isRecorded() && engine().state.gradientDepth > 1;
}

/**
 * Takes all outputs but the first `visible` off the op that was recorded last. Nobody has the others, so no gradient comes
 * to them, and TensorFlow.js would make zeros of their size in place of it before each gradient of the op.
 */
export function hideOutputs(outputs: readonly Tensor[], visible: number): void {
  const last = engine().state.activeTape?.at(-1);
  if (last !== undefined && last.outputs[0] === outputs[0]) last.outputs = last.outputs.slice(0, visible);
}

const repaired = new WeakSet<Tape>();

/**
 * Repairs the order of the tape that is being recorded, from its start and to its end.
 *
 * An op that saves its own output for the gradient (exp, tanh, softmax, …) puts a clone of that output on the tape.
 * TensorFlow.js 4.22 records this clone BEFORE the op itself, so that the search for what depends on x, which goes
 * through the tape once, never reaches it: second derivatives lack that path, or fail ("Cannot compute gradient of
 * y=f(x) …", already for tanh). Here an op comes before the clones of its outputs.
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
  // The clones of what a node saved are the nodes right before it, one each.
  const start = Math.max(0, tape.length - (node.saved?.length ?? 0));
  const firstClone = tape.findIndex((other, i) => i >= start && hasInputIn(other, outputs));
  tape.splice(firstClone === -1 ? tape.length : firstClone, 0, node);
}

function hasInputIn({ inputs }: TapeNode, ids: ReadonlySet<number>): boolean {
  return Object.values(inputs).some(({ id }) => ids.has(id));
}
