import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const backend = fileURLToPath(import.meta.resolve('@tensorflow/tfjs-backend-wasm/package.json'));

/** The pages of the examples. The files of the WebAssembly backend are at the root of the site. */
export default defineConfig({
  publicDir: join(dirname(backend), 'wasm-out'),
  build: { target: 'es2022', rolldownOptions: { input: 'two-spirals.html' } },
});
