import type { dispersy } from "./schema.js";

/** As the codec reads it. */
export type Uint64 = dispersy.Body["globalTime"];

/** The encoder takes plain numbers below 2^53; only its generated type says otherwise. */
export function uint64(value: number): Uint64 {
  return value as unknown as Uint64;
}

/** Undefined for 0, which is what is absent, and for what is not exact in a double. */
export function numberOf(value: Uint64): number | undefined {
  const number = value.toNumber();
  return number > 0 && number <= Number.MAX_SAFE_INTEGER ? number : undefined;
}
