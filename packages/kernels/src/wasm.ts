export {
  elementwisePass,
  type PassDeclaration,
  type PassInputs,
  type PassResults,
} from './elementwise-pass.js';
export { type OnHeap, simdOnHeap } from './wasm-heap.js';
