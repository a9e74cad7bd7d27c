import { type BackendName, type BackendReport, useFastestBackend } from '@trainkit/backend';
import type { Terminal } from './progress.js';
import { UserError } from './user-error.js';

/** What decides the backend of a command. */
export interface BackendChoice {
  /** The backend that the person named; undefined means the fastest. */
  prefer: BackendName | undefined;
  /** Whether the native library may be fetched where it is missing. */
  install: boolean;
  terminal: Terminal;
  signal: AbortSignal;
}

export async function chooseBackend({ prefer }: BackendChoice): Promise<BackendReport> {
  try {
    return await useFastestBackend({ prefer });
  } catch (cause) {
    throw new UserError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}
