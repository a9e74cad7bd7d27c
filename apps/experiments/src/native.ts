import { type BackendName, type BackendReport, installNative, nativeStatus, useFastestBackend } from '@trainkit/backend';
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
