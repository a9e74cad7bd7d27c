/** The folder of the four files, which programs that read the data set are given. */
export function dataFolder() {
  const folder = process.env['FASHION_MNIST_DIR'];
  if (folder) return folder;
  throw new Error('set FASHION_MNIST_DIR to the folder of the four files');
}
