import type { FileTable } from '../src/files.js';

export function sampleBytes(name: string): Buffer<ArrayBuffer>;
export function sampleTable(): FileTable;
