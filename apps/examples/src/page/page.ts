import * as tf from '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import type { Module } from '@trainkit/nn';
import type { Logger } from '@trainkit/trainer';
import { drawRegions } from './draw-regions.js';

/** Selects the WebAssembly backend, whose files vite serves at the root of the site. */
export async function startWasm(): Promise<void> {
  setWasmPaths('/');
  if (!(await tf.setBackend('wasm')))
    throw new Error(
      'The WebAssembly backend does not start; expected its .wasm files at the root of the site.',
    );
}

/** A logger that shows the running step. */
export const pageProgress: Logger = {
  begin: ({ step }) => showStatus(step === 0 ? 'Training…' : `Resumes after step ${step}…`),
  train: ({ step, values }) => showStatus(`Step ${step}: loss ${values['train/loss']?.toFixed(3)}`),
};

/** Shows the result as text, and all points on the model's regions. */
export function showResult(
  { step, accuracy, confusion }: { step: number; accuracy: number; confusion: number[][] },
  { model, points, labels }: { model: Module; points: number[][]; labels: Int32Array },
): void {
  const matrix = JSON.stringify(confusion);
  showStatus(`${step} steps on ${tf.getBackend()}, accuracy ${accuracy}, confusion matrix: ${matrix}`);
  drawRegions(byId('plot', HTMLCanvasElement), model, { points, labels });
}

function showStatus(text: string): void {
  byId('status', HTMLElement).textContent = text;
}

function byId<Kind extends HTMLElement>(id: string, kind: new () => Kind): Kind {
  const element = document.getElementById(id);
  if (element instanceof kind) return element;
  throw new Error(`The page has no ${kind.name} with the id ${id}; add one.`);
}
