// node scratch-step.mjs backend rounds [names…]
import * as tf from '@tensorflow/tfjs';
import { useFastestBackend } from '@trainkit/backend';
import { crossEntropy, Linear, ReLU, Sequential } from '@trainkit/nn';
import { Generator } from '@trainkit/random';
import { AdamW } from './dist/index.js';
const [backend='wasm', rounds='15', ...which] = process.argv.slice(2);
await useFastestBackend({ prefer: backend });
const SIZES=[784,512,512,512,512,10], BATCH=128;
const generator=new Generator(0);
const x=tf.tensor(generator.uniform(BATCH*784,-1,1),[BATCH,784]);
const labels=tf.tensor1d(Array.from({length:BATCH},(_,i)=>i%10),'int32');
const hot=tf.oneHot(labels,10);
const steps={};
{ const layers=SIZES.slice(1).flatMap((s,i)=>i<4?[new Linear(SIZES[i],s,{generator}),new ReLU()]:[new Linear(SIZES[i],s,{generator})]);
  const model=new Sequential(...layers); const opt=new AdamW(model.parameters(),{learningRate:1e-3});
  steps.ours=()=>{const l=opt.minimize(()=>crossEntropy(model.forward(x),labels),true); const v=l.dataSync()[0]; l.dispose(); return v;}; 
  steps.forwardBackward=()=>{const {value,grads}=tf.variableGrads(()=>crossEntropy(model.forward(x),labels),model.parameters()); tf.dispose([value,grads]);};
}
{ const ps=SIZES.slice(1).map((s,i)=>[tf.variable(tf.randomUniform([SIZES[i],s],-0.05,0.05)),tf.variable(tf.zeros([s]))]);
  const opt=tf.train.adam(1e-3);
  steps.stock=()=>{const l=opt.minimize(()=>{const lo=ps.reduce((h,[w,b],i)=>{const y=tf.add(tf.matMul(h,w),b);return i===4?y:tf.relu(y);},x);return tf.losses.softmaxCrossEntropy(hot,lo);},true,ps.flat()); const v=l.dataSync()[0]; l.dispose(); return v;};
}
if(which.includes('jax')){ const m=await import('/tmp/jaxjs/step.mjs'); steps.jax=m.run; }
const names=which.length?which:['ours','forwardBackward'];
const times=Object.fromEntries(names.map(n=>[n,[]]));
for(const n of names) for(let i=0;i<3;i++) await steps[n]();
for(let r=0;r<+rounds;r++) for(const n of names){const s=performance.now(); await steps[n](); times[n].push(performance.now()-s);}
for(const n of names){const t=times[n].sort((a,b)=>a-b);console.log(n.padEnd(16),'median',t[t.length>>1].toFixed(1),'p10',t[Math.floor(t.length*.1)].toFixed(1),'fastest',t[0].toFixed(1));}
if(process.env.PROFILE){ const sums={}; for(let i=0;i<8;i++){ const p=await tf.profile(()=>{steps[process.env.PROFILE]();}); for(const k of p.kernels){ const t=await k.kernelTimeMs; const key=k.name+' '+(process.env.SHAPES?k.inputShapes.map(s=>'['+s+']').join(''):''); (sums[key]??={n:0,t:[]}).n++; (sums[key].t[i]??=0); sums[key].t[i]+=t; } }
 for(const [k,{n,t}] of Object.entries(sums).sort((a,b)=>Math.min(...b[1].t)-Math.min(...a[1].t)).slice(0,30)) console.log(k.padEnd(60),n/8,Math.min(...t).toFixed(3)); }
console.log('load',(await import('node:os')).loadavg().map(v=>v.toFixed(1)).join(' '));
