/**
 * The addresses of the four files. Each is written in full, so that bundlers find the files and
 * copy them beside the program.
 */
export const FILES = {
  trainImages: new URL('../sample/train-images-idx3-ubyte.gz', import.meta.url),
  trainLabels: new URL('../sample/train-labels-idx1-ubyte.gz', import.meta.url),
  testImages: new URL('../sample/t10k-images-idx3-ubyte.gz', import.meta.url),
  testLabels: new URL('../sample/t10k-labels-idx1-ubyte.gz', import.meta.url),
};
