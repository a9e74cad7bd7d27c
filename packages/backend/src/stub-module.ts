import { createRequire, Module } from 'node:module';

/**
 * Makes `require` return `exports` for the CommonJS module of this file name, until the returned
 * function is called. Modules loaded in between keep it; the rest of the program does not see it.
 */
export function stubModule(filename: string, exports: unknown): () => void {
  const { cache } = createRequire(import.meta.url);
  const before = cache[filename];
  const module = new Module(filename);
  module.filename = filename;
  module.loaded = true;
  module.exports = exports;
  cache[filename] = module;
  return () => {
    if (before === undefined) delete cache[filename];
    else cache[filename] = before;
  };
}
