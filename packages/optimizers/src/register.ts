import { serialization } from '@tensorflow/tfjs-core';

/** Makes a class known to `tf.loadLayersModel`, which finds it by its `className`. */
export function register<T extends serialization.Serializable>(
  optimizer: serialization.SerializableConstructor<T>,
): void {
  serialization.registerClass(optimizer, 'Trainkit');
}
