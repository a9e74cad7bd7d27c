import type { BackendName } from '@trainkit/backend';

/** The backends that a run may be made on, the fastest first. */
export const BACKENDS = ['native', 'tensorflow', 'wasm', 'cpu'] as const satisfies readonly BackendName[];
