/** The config of a run. */
export const CONFIG = 'config.json';

/** The result of a finished run. */
export const RESULT = 'result.json';

/** The environments that a run was made in. */
export const ENVIRONMENT = 'environment.json';

/** The log that `jsonLines` writes where it is given no name. */
export const METRICS = 'metrics.jsonl';

/** Files of a finished run whose SHA-256 is in its result. */
export const DIGESTED: readonly string[] = [METRICS, 'best.safetensors', 'model.safetensors'];

/** Blobs that only a run leaves behind. */
export const TRACES: readonly string[] = [
  'checkpoints/last.safetensors',
  'checkpoints/previous.safetensors',
  'checkpoints/last.safetensors.unusable',
  ...DIGESTED,
  RESULT,
];

/** Returns true for a name that the run itself writes to, so that no logger may have it. */
export function isRunFile(name: string): boolean {
  const own = [...TRACES, CONFIG, ENVIRONMENT].filter((each) => each !== METRICS);
  return own.includes(name) || name.startsWith('checkpoints/');
}
