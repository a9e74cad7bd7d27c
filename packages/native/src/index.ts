export { type NativeDetails, type UseNativeBackendOptions, useNativeBackend } from './use-native-backend.js';
