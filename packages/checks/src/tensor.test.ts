import '@tensorflow/tfjs-backend-cpu';
import {
  customGrad,
  dispose,
  memory,
  mul,
  scalar,
  type Tensor,
  tensor1d,
  tensor2d,
  variable,
  variableGrads,
  zeros,
} from '@tensorflow/tfjs-core';
import { afterEach, expect, it } from 'vitest';
import {
  checkDtype,
  checkFloat32,
  checkOrder,
  checkTensor,
  checkTensorShape,
  disposeBatch,
  disposeTape,
  tensorsIn,
} from './tensor.js';

const made: Tensor[] = [];
afterEach(() => {
  for (const tensor of made.splice(0)) tensor.dispose();
  expect(memory().numTensors).toBe(0);
});
const made1 = <T extends Tensor>(tensor: T): T => {
  made.push(tensor);
  return tensor;
};

it('accepts its expected values', () => {
  const x = made1(tensor1d([1, 2]));
  checkTensor('f', 'x', x);
  checkFloat32('f', 'x', x);
  checkDtype('f', 'x', x, 'int32', 'float32');
  checkTensorShape('f', 'x', x, [2]);
});

it.each([
  ['an array', () => checkTensor('f', 'x', [1]), 'f: x is [1]; expected a tensor. Write tf.tensor(…).'],
  [
    'another dtype',
    () => checkFloat32('f', 'x', made1(scalar(1, 'int32'))),
    "f: x is an int32 tensor of shape []; expected float32. Write x.cast('float32').",
  ],
  [
    'another shape',
    () => checkTensorShape('f', 'x', made1(tensor2d([[1]])), [2], 'one for each label'),
    'f: x is a float32 tensor of shape [1, 1]; expected the shape [2], one for each label.',
  ],
])('refuses %s', (_, check, text) => {
  expect(check).toThrow(text);
});

it('refuses a tensor that was disposed', () => {
  const x = tensor1d([1]);
  x.dispose();
  expect(() => checkTensor('f', 'x', x)).toThrow(
    'f: x, of shape [1], is disposed; expected a tensor with its data.',
  );
});

it('finds each tensor of a batch once, in objects, lists, maps and cycles', () => {
  const [a, b, c] = [scalar(1), scalar(2), scalar(3)];
  const batch: Record<string, unknown> = {
    a,
    list: [b, a],
    map: new Map([['c', c]]),
    bytes: new Uint8Array(2),
  };
  batch['itself'] = batch;
  expect(tensorsIn(batch)).toEqual([a, b, c]);
  disposeBatch(batch);
  disposeBatch(batch);
  expect(memory().numTensors).toBe(0);
});

it('leaves the disposal to a batch that has a method for it', () => {
  let calls = 0;
  disposeBatch({ dispose: () => calls++ });
  expect(calls).toBe(1);
});

it('frees the tensors of a forward pass that threw, and none within another pass', () => {
  const x = made1(variable(made1(scalar(2))));
  const square = customGrad((input, save) => {
    const at = input as Tensor;
    const saving = save as (tensors: Tensor[]) => void;
    saving([at]);
    return { value: mul(at, at), gradFunc: (dy: Tensor, saved: Tensor[]) => mul(dy, mul(saved[0]!, 2)) };
  });
  const before = memory().numTensors;
  const failing = () => {
    variableGrads(() => {
      square(x).dispose();
      disposeTape();
      throw new Error('no loss');
    }, [x]);
  };
  expect(failing).toThrow('no loss');
  expect(memory().numTensors).toBeGreaterThan(before);
  disposeTape();
  expect(memory().numTensors).toBe(before);
});

it('says what to write for a list of tensors, such as several outputs, and for a promise', () => {
  const x = made1(tensor1d([1]));
  expect(() => checkTensor('linear', 'x', [x, x])).toThrow(
    'linear: x is [a float32 tensor of shape [1], a float32 tensor of shape [1]]; expected a tensor. Write x[0] for one ' +
      'of them, tf.stack(x) or tf.concat(x).',
  );
  expect(() => checkTensor('linear', 'x', Promise.resolve(x))).toThrow(
    'expected a tensor. Write await before it.',
  );
});

it('names labels and scores in each other’s place', () => {
  const labels = tensor1d([0, 1], 'int32');
  const logits = zeros([2, 3]);
  expect(() => checkOrder('crossEntropy', labels, logits, 'crossEntropy(logits, labels)')).toThrow(
    'crossEntropy: the first argument is an int32 tensor of shape [2], the second a float32 tensor of shape [2, 3]; expected the scores first, as in PyTorch. Write crossEntropy(logits, labels).',
  );
  for (const [first, second] of [
    [logits, labels],
    [logits, logits],
    [labels, labels],
    [labels, 3],
  ]) {
    expect(() => checkOrder('f', first, second, 'f(…)')).not.toThrow();
  }
  dispose([labels, logits]);
});
