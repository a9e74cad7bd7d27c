import { join } from 'node:path';

/** The version of TensorFlow whose library `trainkit-native tensorflow` provides by default. */
export const TENSORFLOW_VERSION = '2.15.1';

/** The version of tfjs-node whose JavaScript and addon source belong to the library. */
export const TFJS_NODE_VERSION = '4.22.0';

/** The folder of the library and the addon of one TensorFlow version. */
export function libraryFolder(root: string, version: string): string {
  return join(root, `tensorflow-${version}`);
}

/** The folder of tfjs-node's JavaScript, for projects without one in their node_modules. */
export function javascriptFolder(root: string): string {
  return join(root, `tfjs-node-${TFJS_NODE_VERSION}`);
}
