import { type Tensor, tensor2d } from '@tensorflow/tfjs-core';
import { gemmCode } from './gemm.code.js';
import { addProduct, matrixAt, scratchSize, sizesOf, type Transposed } from './gemm.js';

const PAGE = 65_536;
/** The size limit of all matrices in bytes; larger ones are left to the backend's own loops. */
const MOST_BYTES = 2 ** 30;

/**
 * The memory into which the plain JavaScript backend's factors are copied; it grows and is reused.
 */
interface Workspace {
  memory: WebAssembly.Memory;
  code: NonNullable<ReturnType<typeof gemmCode.on>>;
}

/**
 * a · b, plus the bias in each row, on the plain JavaScript backend, by the functions of the
 * WebAssembly backend: thirty times as fast as the backend's loops, copies included. Returns null
 * without WebAssembly, or if the matrices are too large.
 */
export function cpuMatMul(
  a: Tensor,
  b: Tensor,
  { bias, ...transposed }: Transposed & { bias?: Tensor } = {},
): [Tensor] | null {
  const sizes = sizesOf(a, b, transposed);
  const { rows, inner, columns } = sizes;
  if ([a, b, ...(bias === undefined ? [] : [bias])].some(({ dtype }) => dtype !== 'float32')) return null;
  if (rows * inner * columns === 0) return null;
  const addresses = layOut([a.size, b.size, columns, rows * columns, scratchSize(sizes)]);
  const [atA = 0, atB = 0, atBias = 0, atC = 0, atScratch = 0, end = 0] = addresses;
  const workspace = end > MOST_BYTES ? null : openWorkspace(end);
  if (workspace === null) return null;
  const { code, memory } = workspace;
  const write = (tensor: Tensor, at: number) =>
    new Float32Array(memory.buffer, at, tensor.size).set(tensor.dataSync());
  write(a, atA);
  write(b, atB);
  if (bias === undefined) code.clear(atC, rows * columns);
  else {
    write(bias, atBias);
    code.fillRows(atC, atBias, rows, columns);
  }
  const matrices = {
    a: matrixAt(atA, a.shape[1]!, transposed.transposeA),
    b: matrixAt(atB, b.shape[1]!, transposed.transposeB),
    c: atC,
  };
  addProduct(code, matrices, sizes, atScratch);
  return [tensor2d(new Float32Array(memory.buffer, atC, rows * columns).slice(), [rows, columns])];
}

/** The offsets of consecutive float32 arrays of these lengths, and the end of the last one. */
function layOut(lengths: readonly number[]): number[] {
  const addresses = [0];
  for (const length of lengths) addresses.push(addresses.at(-1)! + 4 * length);
  return addresses;
}

let workspace: Workspace | null | undefined;

function openWorkspace(bytes: number): Workspace | null {
  if (workspace === undefined) workspace = makeWorkspace();
  if (workspace === null) return null;
  const { memory } = workspace;
  const missing = bytes - memory.buffer.byteLength;
  try {
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
    return workspace;
  } catch {
    // The machine has no more memory.
    return null;
  }
}

function makeWorkspace(): Workspace | null {
  if (typeof WebAssembly === 'undefined') return null;
  const memory = new WebAssembly.Memory({ initial: 0 });
  const code = gemmCode.on(memory);
  return code === null ? null : { memory, code };
}
