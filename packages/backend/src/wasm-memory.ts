/** The part of TensorFlow.js's WASM backend that allocates its memory. */
interface WasmBackend {
  wasm?:
    | { _malloc?: (bytes: number) => number; _free?: (address: number) => void; readonly HEAPU8?: Uint8Array }
    | undefined;
}

/** Modules whose `_malloc` is already checked. */
const checked = new WeakSet<object>();

/**
 * Makes the WASM backend throw when its memory is full.
 *
 * TensorFlow.js does not check the result of `malloc`. A tensor that does not fit is at address 0,
 * over the program's own data, or beyond the end of the memory, and all later numbers are wrong.
 *
 * @throws RangeError by every op whose result does not fit; its `code` is `ERR_OUT_OF_MEMORY`
 */
export function throwWhereMemoryIsFull(backend: object): void {
  const { wasm }: WasmBackend = backend;
  if (wasm?._malloc === undefined || checked.has(wasm)) return;
  checked.add(wasm);
  // On its first call, Emscripten's function replaces itself with another one.
  wasm._free?.(wasm._malloc(8));
  const malloc = wasm._malloc;
  wasm._malloc = (bytes) => {
    const address = addressOf(malloc, bytes);
    // WebAssembly returns a signed number. At the end of the memory it continues from 0.
    const fits = (address >>> 0) + bytes <= (wasm.HEAPU8?.length ?? Number.POSITIVE_INFINITY);
    if ((address !== 0 && fits) || bytes === 0) return address;
    throw Object.assign(
      new RangeError(
        `wasm: there is no room for ${bytes} more bytes; expected at most 4 GB of tensors, the limit of WebAssembly. Make the batch or the model smaller, dispose tensors, or choose another backend.`,
      ),
      { code: 'ERR_OUT_OF_MEMORY' },
    );
  };
}

/**
 * Returns 0 if the block does not fit: near the end of the memory `malloc` itself accesses bytes
 * beyond it.
 */
function addressOf(malloc: (bytes: number) => number, bytes: number): number {
  try {
    return malloc(bytes);
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) return 0;
    throw error;
  }
}
