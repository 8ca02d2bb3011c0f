import type { dispersy } from "./schema.js";

type Uint64 = NonNullable<dispersy.Subset.$Properties["low"]>;

/** The generated code writes plain numbers as well; only its types do not say so. */
export function uint64(value: number): Uint64 {
  return value as unknown as Uint64;
}
