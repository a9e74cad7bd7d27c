import '@tensorflow/tfjs';
import { scalar, type Tensor, tensor1d, tensor2d } from '@tensorflow/tfjs-core';
import { describeOptions } from '@trainkit/testing/options';
import { crossEntropy, Identity, Linear, loadPyTorchStateDict, Module, mseLoss, summary } from './index.js';

/** A layer that hands options on to the methods for subclasses. */
class Own extends Module {
  constructor(make: 'parameter' | 'buffer', options: never) {
    super();
    this[make](scalar(0), options);
  }
  override forward(x: Tensor): Tensor {
    return x;
  }
}

describeOptions({
  Linear: (options) => new Linear(2, 3, options),
  'Module.loadStateDict': (options) => new Identity().loadStateDict({}, options),
  'Module.parameter': (options) => new Own('parameter', options),
  'Module.buffer': (options) => new Own('buffer', options),
  crossEntropy: (options) => crossEntropy(tensor2d([[0, 1]]), tensor1d([0], 'int32'), options),
  loadPyTorchStateDict: (options) => loadPyTorchStateDict(new Identity(), {}, options),
  summary: (options) => summary(new Identity(), [1], options),
  mseLoss: (options) => mseLoss(tensor1d([0]), tensor1d([0]), options),
});
