export {
  type BackendName,
  type BackendReport,
  type UseFastestBackendOptions,
  useFastestBackend,
} from './fastest.js';
