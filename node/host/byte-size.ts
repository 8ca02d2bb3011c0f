const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];

/** Bytes for people: `512 B`, `1.5 KiB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return unit === 0 ? `${value} B` : `${value.toFixed(1)} ${UNITS[unit]}`;
}

const BITS_PER_BYTE = 8;

/**
 * Bytes per second of a rate with its unit: `10Mbit/s`, `500kbit`, in powers of 1,000 as lines are sold; `2MB/s`,
 * `1.5MiB`, in powers of 1,024 as `parseBytes` has them. Undefined when it is none.
 */
export function parseRate(text: string): number | undefined {
  const match = /^([0-9]+(?:\.[0-9]+)?)([kKMG]?)(bit|i?B)(?:\/s)?$/.exec(text.trim());
  if (match === null) return undefined;
  const [, figure, prefix, unit] = match;
  if (unit !== "bit") return parseBytes(`${figure}${prefix}`);
  const power = " KMG".indexOf(prefix!.toUpperCase() || " ");
  return Math.round((Number(figure) * 1_000 ** power) / BITS_PER_BYTE);
}

/**
 * `500M`, `2G`, `1.5GiB`, `4096`: the units are powers of 1,024, as those of `ls -h` and `df -h`. Undefined when it is
 * no size.
 */
export function parseBytes(text: string): number | undefined {
  const match = /^([0-9]+(?:\.[0-9]+)?)([KMGT]?)(?:i?B)?$/i.exec(text.trim());
  if (match === null) return undefined;
  const power = " KMGT".indexOf(match[2]!.toUpperCase() || " ");
  const bytes = Math.round(Number(match[1]) * 1024 ** power);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}
