import { readFileSync, readlinkSync } from 'node:fs';

let identity: string | undefined;

/**
 * The identity of the running system within which process ids are unique: boot and container. Empty
 * if the operating system does not provide it.
 */
export function systemIdentity(): string {
  identity ??= [
    tryRead(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')),
    tryRead(() => readlinkSync('/proc/self/ns/pid')),
  ]
    .join(' ')
    .trim();
  return identity;
}

/**
 * The start time of a process of this system, by the kernel's clock; undefined if it is not
 * available.
 */
export function processStart(pid: number): string | undefined {
  const stat = tryRead(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  // The 22nd field; the second one, the program's name, may contain spaces and brackets.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
}

function tryRead(read: () => string): string {
  try {
    return read().trim();
  } catch {
    return '';
  }
}
