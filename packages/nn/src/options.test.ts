import '@tensorflow/tfjs';
import { scalar, type Tensor, tensor1d, tensor2d } from '@tensorflow/tfjs-core';
import { describeOptions } from '@trainkit/testing/options';
import {
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  countLabels,
  crossEntropy,
  ELU,
  GELU,
  huberLoss,
  Identity,
  klDiv,
  LeakyReLU,
  Linear,
  l1Loss,
  loadPyTorchStateDict,
  Module,
  mseLoss,
  nllLoss,
  PReLU,
  Softplus,
  smoothL1Loss,
  summary,
} from './index.js';

/** A layer that passes options to the methods for subclasses. */
class Own extends Module {
  constructor(make: 'parameter' | 'buffer', options: never) {
    super();
    this[make](scalar(0), options);
  }
  override forward(x: Tensor): Tensor {
    return x;
  }
}

const row = tensor2d([[0, 1]]);

describeOptions({
  ELU: (options) => new ELU(options),
  GELU: (options) => new GELU(options),
  LeakyReLU: (options) => new LeakyReLU(options),
  Linear: (options) => new Linear(2, 3, options),
  'Module.loadStateDict': (options) => new Identity().loadStateDict({}, options),
  'Module.parameter': (options) => new Own('parameter', options),
  'Module.buffer': (options) => new Own('buffer', options),
  countLabels: (options) => countLabels(tensor1d([0], 'int32'), options),
  crossEntropy: (options) => crossEntropy(row, tensor1d([0], 'int32'), options),
  binaryCrossEntropy: (options) => binaryCrossEntropy(row, row, options),
  binaryCrossEntropyWithLogits: (options) => binaryCrossEntropyWithLogits(row, row, options),
  huberLoss: (options) => huberLoss(row, row, options),
  klDiv: (options) => klDiv(row, row, options),
  l1Loss: (options) => l1Loss(row, row, options),
  nllLoss: (options) => nllLoss(row, tensor1d([0], 'int32'), options),
  smoothL1Loss: (options) => smoothL1Loss(row, row, options),
  PReLU: (options) => new PReLU(options),
  Softplus: (options) => new Softplus(options),
  loadPyTorchStateDict: (options) => loadPyTorchStateDict(new Identity(), {}, options),
  summary: (options) => summary(new Identity(), [1], options),
  mseLoss: (options) => mseLoss(row, row, options),
});
