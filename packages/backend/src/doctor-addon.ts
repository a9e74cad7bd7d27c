import { COMPILER_ADVICE, type FoundAddon, findAddon, findCompiler } from '@trainkit/native/build';
import type { Finding } from './finding.js';

/** The findings about the addon of the backend `native`; the last one says if it runs. */
export async function diagnoseAddon(root: string, attempt: () => Promise<Finding>): Promise<Finding[]> {
  const addon = findAddon({ dir: root });
  const compiler = await findCompiler().then(
    ({ version }) => ({ ok: true, text: `C++ compiler: ${version}` }),
    () => ({ ok: addon ? undefined : false, text: `C++ compiler: missing; ${COMPILER_ADVICE}` }),
  );
  if (addon === undefined) {
    return [
      { ok: false, text: 'native backend: no addon yet; `trainkit-native` compiles it, once' },
      compiler,
    ];
  }
  return [{ ok: true, text: `native backend: ${originOf(addon)}, ${addon.path}` }, compiler, await attempt()];
}

function originOf({ from, compiler }: FoundAddon): string {
  return from === 'package' ? 'prebuilt' : `compiled into the cache folder by ${compiler}`;
}
