import { expect, it, vi } from 'vitest';
import { keepFreedMemory } from './freed-memory.js';

it.runIf(process.platform === 'linux')('goes on where so much cannot be had, and asks once', () => {
  const executeOp = vi.fn(() => {
    throw new Error('OOM when allocating tensor with shape [8000000]');
  });
  const tensors = new Set<number>();
  const binding = {
    TF_ATTR_TYPE: 1,
    TF_ATTR_BOOL: 2,
    TF_FLOAT: 3,
    TF_INT32: 4,
    createTensor: () => {
      tensors.add(5);
      return 5;
    },
    executeOp,
    deleteTensor: (id: number) => void tensors.delete(id),
  };
  keepFreedMemory(binding);
  keepFreedMemory(binding);
  expect(executeOp).toHaveBeenCalledOnce();
  expect(tensors).toEqual(new Set());
});
