import type { FashionMnist } from './dataset.js';
import { readDirectory } from './directory.js';
import type { LoadOptions } from './load-options.js';

export async function loadFashionMnist(options: LoadOptions = {}): Promise<FashionMnist> {
  const { dir, verify = true } = options;
  if (dir !== undefined) return readDirectory(dir, 'dir', verify);
  const fromEnvironment = process.env['FASHION_MNIST_DIR'];
  if (fromEnvironment) return readDirectory(fromEnvironment, 'FASHION_MNIST_DIR', verify);
  throw new Error('cache and download: under way');
}
