import { checkOptions, type OptionNames } from '@trainkit/checks';
import { displayCompilation } from './progress.js';
import { provideAddon } from './provide-addon.js';

/** Options of {@link addonPath}. */
export interface AddonPathOptions {
  /** Ends a compilation when it aborts. */
  signal?: AbortSignal | undefined;
  /**
   * Called before the first translation unit is compiled, and after each. Default: a line on
   * standard error says that the addon is compiled.
   */
  onProgress?: ((done: number, total: number) => void) | undefined;
}

const OPTIONS: OptionNames<AddonPathOptions> = { signal: true, onProgress: true };

/**
 * The path of the addon: the prebuilt one of this platform, else the one in the cache folder, else
 * compiled into it by the C++ compiler of this machine or by zig, once.
 *
 * @throws where there is no compiler, or the processor's architecture has no kernels
 */
export async function addonPath(options: AddonPathOptions = {}): Promise<string> {
  const { signal, onProgress } = checkOptions('addonPath', options, OPTIONS);
  if (onProgress !== undefined) return (await provideAddon({ signal, onProgress })).path;
  const { end, ...display } = displayCompilation();
  try {
    return (await provideAddon({ signal, ...display })).path;
  } finally {
    end();
  }
}
