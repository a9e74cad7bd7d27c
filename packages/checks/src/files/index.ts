export { type FolderMaker, makeFolder } from './make-folder.js';
export { checkRegular, isPresent, type PresenceFiles, readIfPresent, readRegularFile } from './presence.js';
export { resolveOnce } from './resolve-once.js';
export { isProcessRunning, type SweepOptions, sweepTemporary, temporaryName } from './temporary.js';
export { type WriteWholeOptions, writeWhole } from './write-whole.js';
