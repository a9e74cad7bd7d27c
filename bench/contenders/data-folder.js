/** The folder of the data set's four files, from the environment. */
export function dataFolder() {
  const folder = process.env['FASHION_MNIST_DIR'];
  if (folder) return folder;
  throw new Error('FASHION_MNIST_DIR is not set; set it to the folder of the four files of Fashion-MNIST');
}
