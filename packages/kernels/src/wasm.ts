export { type OnHeap, simdOnHeap } from './wasm-heap.js';
