import { usesMusl } from './elf.js';

/** A platform that a prebuilt addon is published for. */
export interface Platform {
  /** The name, as the end of the package's name has it. */
  name: string;
  /** The operating system, as `process.platform` has it. */
  os: NodeJS.Platform;
  /** The architecture, as `process.arch` has it. */
  cpu: NodeJS.Architecture;
  /** The C library of Linux. */
  libc?: 'glibc' | 'musl' | undefined;
  /** The name that zig has for it, with the oldest version of glibc that runs the addon. */
  zigTarget: string;
}

/** The platforms of the prebuilt addons. */
export const PLATFORMS: readonly Platform[] = [
  { name: 'linux-x64', os: 'linux', cpu: 'x64', libc: 'glibc', zigTarget: 'x86_64-linux-gnu.2.28' },
  { name: 'linux-x64-musl', os: 'linux', cpu: 'x64', libc: 'musl', zigTarget: 'x86_64-linux-musl' },
  { name: 'linux-arm64', os: 'linux', cpu: 'arm64', libc: 'glibc', zigTarget: 'aarch64-linux-gnu.2.28' },
  { name: 'darwin-arm64', os: 'darwin', cpu: 'arm64', zigTarget: 'aarch64-macos' },
  { name: 'win32-x64', os: 'win32', cpu: 'x64', zigTarget: 'x86_64-windows-gnu' },
];

/** The platform of this process; undefined where no prebuilt addon is published for it. */
export function thisPlatform(): Platform | undefined {
  const here = PLATFORMS.filter(({ os, cpu }) => os === process.platform && cpu === process.arch);
  if (process.platform !== 'linux') return here[0];
  const libc = usesMusl() ? 'musl' : 'glibc';
  return here.find((platform) => platform.libc === libc);
}
