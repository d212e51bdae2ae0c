const FACTORS: Readonly<Record<string, number>> = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 };

/** Reads `2G`, `700M`, `64K` or a number of bytes; undefined for what is none. */
export function readSize(value: unknown): number | undefined {
  const [, count = '', unit = ''] = /^(\d{1,12})([KMG]?)$/i.exec(String(value)) ?? [];
  return count === '' ? undefined : Number(count) * (FACTORS[unit.toUpperCase()] ?? 1);
}
