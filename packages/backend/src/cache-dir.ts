import { join } from 'node:path';

/** The TensorFlow whose library `trainkit-native tensorflow` provides unless it is told another. */
export const TENSORFLOW_VERSION = '2.15.1';

/** The tfjs-node whose JavaScript and addon source belong to it. */
export const TFJS_NODE_VERSION = '4.22.0';

/** Where the library and the addon of one TensorFlow version are. */
export function libraryFolder(root: string, version: string): string {
  return join(root, `tensorflow-${version}`);
}

/** Where tfjs-node's JavaScript is, for projects that have none in their node_modules. */
export function javascriptFolder(root: string): string {
  return join(root, `tfjs-node-${TFJS_NODE_VERSION}`);
}
