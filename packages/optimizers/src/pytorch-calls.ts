const INSTEAD: Readonly<Record<string, string>> = {
  step:
    'expected gradients, which TensorFlow.js computes from a function. Write optimizer.minimize(() => loss), or ' +
    'optimizer.applyGradients(grads) with the grads of tf.variableGrads.',
  zeroGrad:
    'expected no such call: gradients are values here, and every tf.variableGrads makes new ones. Leave it out.',
};

/** Methods of PyTorch's optimizers, and the entry of {@link INSTEAD} for each. */
const CALLS: Readonly<Record<string, string>> = { step: 'step', zeroGrad: 'zeroGrad', zero_grad: 'zeroGrad' };

/**
 * Gives a prototype methods that throw and say what to write, for calls that people bring from
 * PyTorch.
 *
 * They are not declared, so that TypeScript refuses the call; and not enumerable.
 */
export function refusePyTorchCalls(prototype: object): void {
  for (const [method, key] of Object.entries(CALLS)) {
    const value = () => {
      throw new TypeError(`Optimizer: received a call of ${method}(), which is PyTorch's; ${INSTEAD[key]}`);
    };
    Object.defineProperty(prototype, method, { value, configurable: true, writable: true });
  }
}
