/** The config of a run. */
export const CONFIG = 'config.json';

/** The result of a finished run. */
export const RESULT = 'result.json';

/** The environments of a run. */
export const ENVIRONMENT = 'environment.json';

/** The default log of `jsonLines`. */
export const METRICS = 'metrics.jsonl';

/** Files of a finished run whose SHA-256 is in its result. */
export const DIGESTED: readonly string[] = [METRICS, 'best.safetensors', 'model.safetensors'];

/** Blobs that show that a run has begun. */
export const TRACES: readonly string[] = [
  'checkpoints/last.safetensors',
  'checkpoints/previous.safetensors',
  'checkpoints/last.safetensors.unusable',
  ...DIGESTED,
  RESULT,
];

/** True for a name that the run itself writes to, which a logger must not use. */
export function isRunFile(name: string): boolean {
  const own = [...TRACES, CONFIG, ENVIRONMENT].filter((each) => each !== METRICS);
  return own.includes(name) || name.startsWith('checkpoints/');
}
