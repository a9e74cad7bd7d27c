import * as tf from '@tensorflow/tfjs';
import { useFastestBackend } from '@trainkit/backend';
import { capture } from './dist/index.js';
import { AdamW, clipGradNorm } from '@trainkit/optimizers';
import { Linear, Sequential, ReLU, crossEntropy } from '@trainkit/nn';
import { manualSeed } from '@trainkit/random';
await useFastestBackend({ prefer: 'tensorflow' });
function make() {
  manualSeed(0);
  const H=512;
  const model = new Sequential(new Linear(784,H),new ReLU(),new Linear(H,H),new ReLU(),new Linear(H,H),new ReLU(),new Linear(H,H),new ReLU(),new Linear(H,10));
  const optimizer = new AdamW(model.namedParameters(), {learningRate: 1e-3});
  const params = model.parameters();
  const step = (x, y) => {
    const { value, grads } = tf.variableGrads(() => crossEntropy(model.forward(x), y), params);
    optimizer.applyGradients(grads);
    return value;
  };
  return { step, model, optimizer };
}
const x = tf.randomNormal([128,784]); const y = tf.cast(tf.floor(tf.randomUniform([128],0,10)),'int32');
const a = make(), b = make();
const captured = capture(b.step);
for (let i=0;i<8;i++){ const u=a.step(x,y), v=captured(x,y); console.log(u.dataSync()[0]===v.dataSync()[0], v.dataSync()[0], captured.status); }
const med = (f,n=60)=>{const t=[];for(let i=0;i<n;i++){const s=performance.now();const v=f(x,y);t.push(performance.now()-s);v.dispose();}return t.sort((p,q)=>p-q)[n>>1];};
for (let r=0;r<4;r++) console.log('eager',med(a.step).toFixed(2),'captured',med(captured).toFixed(2));
