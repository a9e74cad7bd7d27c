import { checkOptions, errorMessage, type OptionNames } from '@trainkit/checks';
import { nativeRoot } from '@trainkit/native/build';
import { type DamagedFile, damageText } from './damage.js';
import {
  type FoundAddon,
  type FoundJavascript,
  findAddons,
  findDamage,
  findJavascript,
  packagedTfjsNode,
} from './native-layout.js';

/** The state of the native backend's files on this machine; none of them has been loaded. */
export interface NativeStatus {
  /** True if everything is present; `useFastestBackend` then uses tfjs-node, if it loads. */
  ready: boolean;
  /** The folder that `trainkit-native tensorflow` installs into. */
  root: string;
  /** tfjs-node's JavaScript, if there is any. */
  javascript?: FoundJavascript | undefined;
  /** The addon that is loaded first, if there is any. */
  addon?: FoundAddon | undefined;
  /**
   * Libraries and addons that were truncated or changed after their installation; they are never
   * loaded.
   */
  damaged: DamagedFile[];
  /** The missing parts, one sentence each; empty when ready. */
  missing: string[];
}

/** Options of {@link nativeStatus}. */
export interface NativeStatusOptions {
  /**
   * The folder that `trainkit-native tensorflow` installs into, default `$TRAINKIT_NATIVE_DIR`,
   * else the user's cache folder.
   */
  dir?: string | undefined;
}

const NATIVE_STATUS: OptionNames<NativeStatusOptions> = { dir: true };

/**
 * Returns the state of the native backend's files, in a few milliseconds; `ready` says if
 * {@link installNative} has work to do.
 */
export function nativeStatus(options: NativeStatusOptions = {}): NativeStatus {
  const { dir } = checkOptions('nativeStatus', options, NATIVE_STATUS);
  const root = nativeRoot(dir);
  try {
    return statusOf(root);
  } catch (error) {
    return { ready: false, root, damaged: [], missing: [`${errorMessage(error).replace(/\.$/, '')}.`] };
  }
}

/** @throws Error if the files cannot be read */
function statusOf(root: string): NativeStatus {
  const own = packagedTfjsNode();
  const javascript = findJavascript(root, own);
  const [addon] = findAddons(root, own);
  const damaged = findDamage(root, own);
  const missing: string[] = [];
  if (!javascript) missing.push("tfjs-node's JavaScript is neither in node_modules nor in the cache folder.");
  if (!addon && damaged.length === 0) {
    missing.push("TensorFlow's library with tfjs-node's addon is not in the cache folder.");
  }
  if (!addon) missing.push(...damaged.map((file) => `${damageText(file)}.`));
  return {
    ready: missing.length === 0,
    root,
    ...(javascript && { javascript }),
    ...(addon && { addon }),
    damaged,
    missing,
  };
}
