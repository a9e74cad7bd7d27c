import { errorMessage } from '@trainkit/checks';
import { damageText } from './damage.js';
import type { Finding } from './finding.js';
import { verifyCache } from './native-layout.js';
import { findWheelPip } from './pip.js';
import { nativeStatus } from './status.js';

const PLACE = { package: 'in node_modules', cache: 'in the cache folder' };

/** The command that provides TensorFlow, and the one that replaces an installed one. */
const PROVIDE = '`trainkit-native tensorflow`';
const REPLACE = '`trainkit-native tensorflow --force`';

/**
 * The findings about tfjs-node. A missing tfjs-node is no error, since the native backend does not
 * need it. The last finding says if it runs.
 */
export async function diagnoseTensorflow(
  { root, python }: { root: string; python: string | undefined },
  attempt: () => Promise<Finding>,
): Promise<Finding[]> {
  verifyCache(root);
  const { javascript, addon, damaged, ready } = nativeStatus({ dir: root });
  if (addon === undefined && damaged.length === 0) {
    return [
      { ok: undefined, text: `TensorFlow: not provided; ${PROVIDE} does, for the backend \`tensorflow\`` },
      ...platformFindings(undefined),
      await findPip(python),
    ];
  }
  return [
    addon
      ? { ok: true, text: `TensorFlow's library and addon: ${PLACE[addon.from]}, ${addon.path}` }
      : { ok: false, text: `TensorFlow's library and addon: damaged; ${REPLACE} provides them again` },
    // A damaged addon beside an intact one does no harm, since it is not loaded.
    ...damaged.map((file) => ({
      ok: addon ? undefined : false,
      text: `${damageText(file)}; ${REPLACE} provides it again`,
    })),
    javascript
      ? { ok: true, text: `tfjs-node's JavaScript: ${PLACE[javascript.from]}, ${javascript.folder}` }
      : { ok: false, text: `tfjs-node's JavaScript: missing; ${PROVIDE} fetches it by npm` },
    ...platformFindings(addon ? undefined : false),
    // pip is needed only once, to download the library.
    ...(ready ? [] : [await findPip(python)]),
    await attempt(),
  ];
}

function platformFindings(ok: undefined | false): Finding[] {
  if (process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch)) return [];
  const text =
    'trainkit-native provides TensorFlow on Linux only: here run `npm rebuild @tensorflow/tfjs-node`';
  return [{ ok, text }];
}

async function findPip(python: string | undefined): Promise<Finding> {
  try {
    return { ok: true, text: `pip: ${(await findWheelPip(python)).version}` };
  } catch (error) {
    return { ok: undefined, text: errorMessage(error) };
  }
}
