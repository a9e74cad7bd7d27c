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

/** What there is of the native backend on this machine, by its files: nothing has been loaded. */
export interface NativeStatus {
  /** Whether everything is there; `useFastestBackend` then takes tfjs-node, if it loads. */
  ready: boolean;
  /** The folder of what `trainkit-native tensorflow` provides. */
  root: string;
  /** tfjs-node's JavaScript, where there is any. */
  javascript?: FoundJavascript | undefined;
  /** The addon that is loaded first, where there is any. */
  addon?: FoundAddon | undefined;
  /** Libraries and addons that were cut off or changed since they were provided: they are never loaded. */
  damaged: DamagedFile[];
  /** What is missing, a sentence each; empty when ready. */
  missing: string[];
}

/** Options of {@link nativeStatus}. */
export interface NativeStatusOptions {
  /** The folder of what `trainkit-native tensorflow` provides, default `$TRAINKIT_NATIVE_DIR`, else the user's cache folder. */
  dir?: string | undefined;
}

const NATIVE_STATUS: OptionNames<NativeStatusOptions> = { dir: true };

/** Says what there is of the native backend, in a few milliseconds: whether {@link installNative} has work to do. */
export function nativeStatus(options: NativeStatusOptions = {}): NativeStatus {
  const { dir } = checkOptions('nativeStatus', options, NATIVE_STATUS);
  const root = nativeRoot(dir);
  try {
    return statusOf(root);
  } catch (error) {
    return { ready: false, root, damaged: [], missing: [`${errorMessage(error).replace(/\.$/, '')}.`] };
  }
}

/** @throws Error where it cannot be told what is there */
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
