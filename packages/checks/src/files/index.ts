export { type FolderMaker, makeFolder } from './make-folder.js';
export { isPresent, type PresenceFiles, readIfPresent } from './presence.js';
export { resolveOnce } from './resolve-once.js';
export { isProcessRunning, type SweepOptions, sweepTemporary, temporaryName } from './temporary.js';
export { type WriteWholeOptions, writeWhole } from './write-whole.js';
