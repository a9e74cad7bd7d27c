export { type DecodedSafetensors, type DecodeOptions, decodeSafetensors } from './decode.js';
export { type EncodeOptions, encodeSafetensors } from './encode.js';
export { SafetensorsError } from './error.js';
export type { Dtype, DtypeArrays, SafeTensor, TypedTensor } from './tensor.js';
