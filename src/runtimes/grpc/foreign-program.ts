import { headOf } from '../../system/file-head.ts';

/** The machines of ELF (`e_machine` in elf(5)) by Node's names of them. */
const MACHINES: Readonly<Record<string, number>> = { arm: 40, arm64: 183, ia32: 3, loong64: 258, ppc64: 21, riscv64: 243, s390x: 22, x64: 62 };
const MAGIC = Buffer.from('\x7fELF');
/** Of a file whose bytes go from the most to the least significant. */
const BIG_ENDIAN = 2;

/** Whether a file is a program for another machine than this one: the C library would have a shell read it. */
export function isForeign(file: string): boolean {
  const head = headOf(file, 20);
  if (!head.subarray(0, MAGIC.length).equals(MAGIC) || head.length < 20) return false;
  const machine = head[5] === BIG_ENDIAN ? head.readUInt16BE(18) : head.readUInt16LE(18);
  return machine !== MACHINES[process.arch];
}
