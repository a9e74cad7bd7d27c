import type { Tensor } from '@tensorflow/tfjs-core';
import type { NativeAttribute, NativeBackend } from './native-backend.js';
import { activeRecorder, type ResourceUpdate } from './recording.js';

/** The name that makes a resource anonymous: it is freed with its handle. */
const ANONYMOUS = 'cd2c89b7-88b7-44c8-ad83-06c2a9158347';

/** How {@link updateResources} may go about it. */
interface UpdateOptions {
  /**
   * Whether the variables' values are given up: where nobody else holds them the op works in their own memory, and they
   * must not be read any more. Else they stay as they are.
   */
  inPlace: boolean;
}

/**
 * Runs an op that updates resource variables, on variables that live for this one call; returns their new values.
 *
 * TensorFlow copies a buffer before it is changed where it has more than one owner. So a value that is given up leaves
 * the backend first; that costs a few microseconds and spares a pass over memory that is not in any cache.
 */
export function updateResources(
  backend: NativeBackend,
  update: ResourceUpdate,
  { inPlace }: UpdateOptions,
): Tensor[] {
  const run = () => runUpdate(backend, update, inPlace);
  return activeRecorder()?.update(update, run) ?? run();
}

function runUpdate(
  backend: NativeBackend,
  { op, variables, inputs, flags }: ResourceUpdate,
  inPlace: boolean,
): Tensor[] {
  const { binding } = backend;
  const dtype = { name: 'dtype', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT };
  const handles: number[] = [];
  const givenUp: { handle: number; data: { id: number } }[] = [];
  const read = (handle: number) => binding.executeOp('ReadVariableOp', [dtype], [handle], 1)[0]!;
  try {
    for (const variable of variables) {
      const [id = -1] = backend.getInputTensorIds([variable]);
      const handle = binding.executeOp('VarHandleOp', handleAttributes(backend, variable, dtype), [], 1)[0]!
        .id;
      handles.push(handle);
      binding.executeOp('AssignVariableOp', [dtype], [handle, id], 0);
      // A variable may be its own gradient.
      const isInput = inputs.some(({ dataId }) => dataId === variable.dataId);
      if (!inPlace || isInput || backend.refCount(variable.dataId) !== 1) continue;
      const data = backend.tensorMap.get(variable.dataId);
      binding.deleteTensor(id);
      data.id = -1;
      givenUp.push({ handle, data });
    }
    const attributes = [
      { ...dtype, name: 'T' },
      ...Object.entries(flags).map(([name, value]) => ({ name, type: binding.TF_ATTR_BOOL, value })),
    ];
    binding.executeOp(op, attributes, [...handles, ...backend.getInputTensorIds([...inputs])], 0);
    return handles.map((handle) => backend.createOutputTensor(read(handle)));
  } catch (error) {
    for (const { handle, data } of givenUp) data.id = read(handle).id;
    throw error;
  } finally {
    for (const handle of handles) binding.deleteTensor(handle);
  }
}

function handleAttributes(
  { binding }: NativeBackend,
  { shape }: Tensor,
  dtype: NativeAttribute,
): NativeAttribute[] {
  return [
    dtype,
    { name: 'shape', type: binding.TF_ATTR_SHAPE, value: shape },
    { name: 'shared_name', type: binding.TF_ATTR_STRING, value: ANONYMOUS },
  ];
}
