export { NativeSettingError } from './backend/addon.js';
export { type NativeDetails, type UseNativeBackendOptions, useNativeBackend } from './use-native-backend.js';
