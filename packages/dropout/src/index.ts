export { Dropout, type DropoutCallOptions, type DropoutOptions, dropout } from './dropout.js';
export { type DropoutMaskOptions, dropoutMask } from './mask.js';
