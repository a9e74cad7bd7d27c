export type { DamagedFile } from './damage.js';
export {
  type BackendName,
  type BackendReport,
  type UseFastestBackendOptions,
  useFastestBackend,
} from './fastest.js';
export { type InstallNativeOptions, installNative } from './install.js';
export type { FoundAddon, FoundJavascript } from './native-layout.js';
export { type InstallProgress, type ProgressReporter, progressText } from './progress.js';
export { type NativeStatus, type NativeStatusOptions, nativeStatus } from './status.js';
