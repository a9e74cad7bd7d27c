/** The part of TensorFlow.js' WASM backend that hands out its memory. */
interface WasmBackend {
  wasm?:
    | { _malloc?: (bytes: number) => number; _free?: (address: number) => void; readonly HEAPU8?: Uint8Array }
    | undefined;
}

/** Modules whose `_malloc` is checked already. */
const checked = new WeakSet<object>();

/**
 * Has the WASM backend throw where its memory is full.
 *
 * TensorFlow.js does not look at what `malloc` returns: a tensor for which there is no room lies at address 0, upon the
 * program's own data, or beyond the end, and all numbers are wrong from there on.
 *
 * @throws RangeError by every op for whose result there is no room; its `code` is `ERR_OUT_OF_MEMORY`
 */
export function throwWhereMemoryIsFull(backend: object): void {
  const { wasm }: WasmBackend = backend;
  if (wasm?._malloc === undefined || checked.has(wasm)) return;
  checked.add(wasm);
  // Emscripten's function puts another one in its own place when it is called first.
  wasm._free?.(wasm._malloc(8));
  const malloc = wasm._malloc;
  wasm._malloc = (bytes) => {
    const address = addressOf(malloc, bytes);
    // Signed, as WebAssembly hands it out. At the end of the memory it counts on from 0 again.
    const fits = (address >>> 0) + bytes <= (wasm.HEAPU8?.length ?? Number.POSITIVE_INFINITY);
    if ((address !== 0 && fits) || bytes === 0) return address;
    throw Object.assign(
      new RangeError(
        `wasm: there is no room for ${bytes} bytes more; expected at most 4 GB of tensors, which is all that WebAssembly has. Make the batch or the model smaller, dispose tensors, or choose another backend.`,
      ),
      { code: 'ERR_OUT_OF_MEMORY' },
    );
  };
}

/** Returns 0 where there is no room: near the end of the memory `malloc` itself reaches beyond it. */
function addressOf(malloc: (bytes: number) => number, bytes: number): number {
  try {
    return malloc(bytes);
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) return 0;
    throw error;
  }
}
