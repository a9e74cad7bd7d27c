import { readFileSync, readlinkSync } from 'node:fs';

let identity: string | undefined;

/**
 * The running system in which a process number means one process: boot and container. Empty where the operating system
 * does not tell.
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

/** The start of a process of this system, by the kernel's clock; undefined where it does not tell. */
export function processStart(pid: number): string | undefined {
  const stat = tryRead(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  // The 22nd field; the second, the program's name, may hold spaces and brackets.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
}

function tryRead(read: () => string): string {
  try {
    return read().trim();
  } catch {
    return '';
  }
}
