import { useFastestBackend } from './fastest.js';

// Run by the doctor in a process of its own: a library that crashes takes only that one with it.
const { reason } = await useFastestBackend({ prefer: 'tensorflow' });
const tf = await import('@tensorflow/tfjs');
const a = tf.tensor2d([1, 2, 3, 4], [2, 2]);
const product = tf.matMul(a, a).dataSync().join(' ');
if (product !== '7 10 15 22') throw new Error(`a product of matrices is wrong: ${product}`);
console.log(reason);
