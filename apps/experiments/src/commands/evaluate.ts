import { resolve } from 'node:path';
import { errorMessage } from '@trainkit/checks';
import { readRegularFile } from '@trainkit/checks/files';
import { loadPyTorchStateDict, type Module } from '@trainkit/nn';
import { Generator } from '@trainkit/random';
import { decodeSafetensors } from '@trainkit/safetensors';
import { Interrupted } from '@trainkit/trainer';
import type { Command } from 'commander';
import { createNetwork } from '../model/network.js';
import { isThere, REPLACE_RUN } from '../runs/files.js';
import { findFolder } from '../runs/find.js';
import type { RunFolder } from '../runs/folder.js';
import { commandLine } from '../terminal/command-line.js';
import { percent } from '../terminal/format.js';
import { Interruption } from '../terminal/interruption.js';
import { UserError } from '../terminal/user-error.js';
import { evaluateOn } from '../training/evaluate.js';
import { type ContextFlags, withContextFlags, withSeed } from './flags.js';
import { prepareFor } from './prepare.js';
import { runAndPrint } from './run-and-print.js';

interface EvaluateFlags extends ContextFlags {
  seed: bigint;
  weights?: string;
}

/** `experiments evaluate <run>`. */
export function addEvaluate(program: Command): void {
  withContextFlags(withSeed(program.command('evaluate')))
    .description('loss and accuracy of a finished run on the test set, or of weights that PyTorch trained')
    .argument('<run>', 'the folder of the run, or its name with --out and --seed')
    .option('--weights <file>', "a state dict of the same network in safetensors, in PyTorch's layout")
    .action(async (target: string, flags: EvaluateFlags) => {
      const folder = findFolder(target, { out: resolve(flags.out ?? '.'), seed: flags.seed });
      const weights = flags.weights ?? modelOf(folder);
      await runAndPrint(async (signal) => {
        const { data } = await prepareFor(folder, flags, signal);
        const generator = new Generator(0);
        const model = createNetwork(folder.config, { generator });
        try {
          loadWeights(model, weights);
          const { loss, accuracy } = await evaluateOn(model, { data: data.test, generator, signal });
          return `${weights}\ntest loss ${loss.toFixed(4)}  test accuracy ${percent(accuracy, 2)}`;
        } catch (error) {
          if (!(error instanceof Interrupted)) throw error;
          throw new Interruption('Interrupted in the evaluation.', { exitCode: error.exitCode });
        } finally {
          model.dispose();
        }
      });
    });
}

/**
 * Returns the trained model of a finished run. A run that continues with more steps only has an
 * older model.
 */
function modelOf(folder: RunFolder): string {
  const { path, modelPath, bestPath } = folder;
  const finished = folder.finished() !== null;
  if (finished && isThere(modelPath)) {
    folder.checkModel();
    return modelPath;
  }
  const evaluateBest = isThere(bestPath)
    ? `look at the best so far: ${commandLine('evaluate', path, '--weights', bestPath)}`
    : null;
  if (finished && !folder.canRemakeModel()) {
    throw new UserError(
      `The run in ${path} has lost its model and its last checkpoint. ` +
        (evaluateBest === null
          ? `Give other weights with --weights. ${REPLACE_RUN}`
          : `You can ${evaluateBest}`),
    );
  }
  throw new UserError(
    `The run in ${path} ${finished ? 'has lost its model' : 'is not finished, so it has no model yet'}. Resume it with: ` +
      `${commandLine('resume', path)}${evaluateBest === null ? '' : `, or ${evaluateBest}`}`,
  );
}

/** Loads the weights of a file into a model. */
function loadWeights(model: Module, path: string): void {
  try {
    loadPyTorchStateDict(model, decodeSafetensors(readRegularFile(path)).tensors);
  } catch (cause) {
    // The advice to skip mismatched weights is for programs; half a network has no accuracy.
    const why = errorMessage(cause).replace(/\n(?:Pass \{ strict: false \}|To leave ).*$/s, '');
    throw new UserError(`The weights ${path} cannot be used: ${why}`, { cause });
  }
}
