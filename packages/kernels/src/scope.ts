import { engine, type Tensor } from '@tensorflow/tfjs-core';

/**
 * Runs `body` like `tf.tidy`, for a body that returns the tensors to be kept in an array.
 *
 * If the body created no other tensors, as the faster versions of most kernels, nothing is searched
 * or disposed; this saves most of the cost of a tidy.
 */
export function tidyOutputs(body: () => Tensor[]): Tensor[] {
  const { state } = engine();
  engine().startScope();
  let outputs: Tensor[] = [];
  try {
    outputs = body();
  } finally {
    const { track } = state.activeScope;
    const isAll = track.length === outputs.length && outputs.every((output) => isOwn(track, output));
    if (isAll) leaveScope(outputs);
    else engine().endScope(outputs);
  }
  return outputs;
}

function isOwn(track: readonly Tensor[], output: Tensor): boolean {
  return !output.kept && track.includes(output);
}

/** Ends the active scope; all of its tensors move to the enclosing scope. */
function leaveScope(tensors: readonly Tensor[]): void {
  const { state } = engine();
  state.scopeStack.pop();
  const outer = state.scopeStack.at(-1) ?? null;
  Object.assign(state, { activeScope: outer });
  if (outer === null) return;
  for (const tensor of tensors) {
    tensor.scopeId = outer.id;
    outer.track.push(tensor);
  }
}
