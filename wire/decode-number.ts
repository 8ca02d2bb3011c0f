/** A 64-bit integer as protobufjs hands it out: two signed halves. */
interface Halves {
  low: number;
  high: number;
}

/** The value of an unsigned 64-bit integer, or undefined where a double would round it. */
export function exact({ low, high }: Halves): number | undefined {
  const upper = high >>> 0;
  return upper > 0x1f_ffff ? undefined : upper * 0x1_0000_0000 + (low >>> 0);
}
