import { basename, join } from 'node:path';
import { errorMessage } from '@trainkit/checks';
import type { ProgressReporter } from './progress.js';
import { memberPath, withZip, type ZipMember } from './unzip.js';

/** Options of {@link extractWheel}. */
export interface WheelOptions {
  /** Called with the progress of the extraction. */
  onProgress?: ProgressReporter | undefined;
  /** Stops when it aborts. */
  signal?: AbortSignal | undefined;
}

const LIBRARY = /^tensorflow\/libtensorflow_(cc|framework)\.so\.\d+$/;
const NOTICE = /^tensorflow\/THIRD_PARTY_NOTICES\.txt$|^[^/]+\.dist-info\/(licenses\/)?LICENSE$/;
// The C API and its includes; TensorFlow moved tsl into xla in 2.19.
const HEADER = /^tensorflow\/include\/((.*\/)?(tensorflow|tsl)\/c\/.+|.*\/ctstring(_internal)?)\.h$/;

/** The version in a wheel's file name: `tensorflow_cpu-2.15.1-cp311-….whl`. */
export function wheelVersion(path: string): string {
  const [project, version] = basename(path).split('-');
  if (!path.endsWith('.whl') || !project?.startsWith('tensorflow') || version === undefined) {
    throw new Error(
      `not a TensorFlow wheel: ${basename(path)}; expected a name such as tensorflow_cpu-2.15.1-cp311-cp311-manylinux_2_17_x86_64.whl`,
    );
  }
  return version;
}

/**
 * Extracts TensorFlow's two libraries, their notices and the headers of the C API from a wheel:
 * libraries and notices into `out` (`lib/…`), headers into `headers`. Each file must have the
 * SHA-256 that the wheel's RECORD states.
 */
export async function extractWheel(
  wheel: string,
  out: string,
  headers: string,
  { onProgress, signal }: WheelOptions = {},
): Promise<void> {
  await withZip(wheel, async (members) => {
    const libraries = [...members.values()].filter(({ name }) => LIBRARY.test(name));
    if (libraries.length !== 2) {
      throw new Error(
        `${basename(wheel)} holds ${libraries.length} of the two libraries libtensorflow_cc and libtensorflow_framework; expected a TensorFlow wheel for Linux of version 2.15 or later`,
      );
    }
    const hashes = await recordedHashes(members);
    const jobs: [ZipMember, string][] = [];
    for (const member of members.values()) {
      if (LIBRARY.test(member.name)) jobs.push([member, join(out, 'lib', basename(member.name))]);
      else if (NOTICE.test(member.name)) jobs.push([member, join(out, basename(member.name))]);
      else if (HEADER.test(member.name)) {
        jobs.push([member, memberPath(headers, member.name.slice('tensorflow/include/'.length))]);
      }
    }
    const total = jobs.reduce((sum, [{ size }]) => sum + size, 0);
    let done = 0;
    const onBytes = (bytes: number) => {
      done += bytes;
      onProgress?.({ step: 'Unpacking the library', done, total });
    };
    for (const [member, target] of jobs) {
      const hash = await member.extract(target, { onBytes, signal }).catch((error: unknown) => {
        throw new Error(`${basename(wheel)}: ${member.name} cannot be unpacked: ${errorMessage(error)}`, {
          cause: error,
        });
      });
      if (hash !== hashes.get(member.name)) {
        throw new Error(
          `${basename(wheel)} is damaged: the SHA-256 of ${member.name} is ${hash}, its RECORD states ${hashes.get(member.name) ?? 'none'}`,
        );
      }
    }
  });
}

/**
 * The hashes in a wheel's RECORD: lines of `name,sha256=hash,size`, names with a comma in quotes.
 */
async function recordedHashes(members: Map<string, ZipMember>): Promise<Map<string, string>> {
  const record = [...members.values()].find(({ name }) => /^[^/]+\.dist-info\/RECORD$/.test(name));
  if (record === undefined) throw new Error('the wheel has no RECORD of its hashes');
  const hashes = new Map<string, string>();
  for (const line of (await record.text()).split(/\r?\n/)) {
    const match = /^(?:"([^"]+)"|([^",]+)),sha256=([^,=]+)=*,\d*$/.exec(line);
    if (match) hashes.set((match[1] ?? match[2])!, match[3]!);
  }
  return hashes;
}
