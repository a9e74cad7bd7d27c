import { engine, type Tensor } from '@tensorflow/tfjs-core';

/**
 * Runs `body` as `tf.tidy` does, for a body that returns the tensors to be kept in an array.
 *
 * Where these are all that it made, as in the faster versions of most kernels, nothing is searched or disposed: that is
 * most of what a tidy costs.
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

/** Ends the active scope, all of whose tensors go to the one around it. */
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
