import type { Tensor } from '@tensorflow/tfjs-core';
import type { NativeAttribute, NativeBackend } from './native-backend.js';
import { activeRecorder, type ResourceUpdate } from './recording.js';

/** The name of anonymous resources, which are freed with their handle. */
const ANONYMOUS = 'cd2c89b7-88b7-44c8-ad83-06c2a9158347';

/** The options of {@link updateResources}. */
interface UpdateOptions {
  /**
   * True to donate the variables' values: if no other tensor shares their memory, the op writes the
   * results into it, and the old values must not be read any more. False keeps them unchanged.
   */
  inPlace: boolean;
}

/**
 * Runs an op that updates resource variables, on variables that exist only for this call; returns
 * their new values.
 *
 * TensorFlow copies a buffer with more than one owner before it changes it. So the backend releases
 * a donated value first; that takes a few microseconds and saves a pass over memory that is in no
 * cache.
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
