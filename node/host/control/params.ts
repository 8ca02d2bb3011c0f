import { fromHex } from "../../../wire/bytes.ts";
import { BUNDLE_ID_BYTES, PUBLIC_KEY_BYTES } from "../../../wire/limits.ts";
import { EXIT, UserError } from "../errors.ts";
import type { NamedBundle } from "../node/held-wait.ts";

/** The parameters of a request, read with the types that the protocol states. Throws UserErrors (exit code 2). */
export class Params {
  readonly #values: Record<string, unknown>;

  constructor(values: unknown) {
    this.#values = typeof values === "object" && values !== null ? { ...values } : {};
  }

  text(name: string): string {
    return this.optionalText(name) ?? wrong(name, "missing");
  }

  optionalText(name: string): string | undefined {
    const value = this.#values[name];
    return value === undefined || typeof value === "string" ? value : wrong(name, "not a text");
  }

  flag(name: string, byDefault = false): boolean {
    const value = this.#values[name] ?? byDefault;
    return typeof value === "boolean" ? value : wrong(name, "not true or false");
  }

  /** A whole number from 0 to `most`. */
  optionalCount(name: string, most: number = Number.MAX_SAFE_INTEGER): number | undefined {
    const value = this.#values[name];
    if (value === undefined) return undefined;
    const fits = Number.isInteger(value) && (value as number) >= 0 && (value as number) <= most;
    return fits ? (value as number) : wrong(name, `not a whole number up to ${most}`);
  }

  /** A 32-byte key in hexadecimal. */
  key(name: string): Uint8Array {
    return fromHex(this.text(name), PUBLIC_KEY_BYTES) ?? wrong(name, "not 64 hexadecimal digits");
  }

  /** Bundles by id and global time. */
  bundles(name: string, most: number): NamedBundle[] {
    const values: unknown = this.#values[name];
    if (!Array.isArray(values) || values.length > most) {
      return wrong(name, `not up to ${most} bundles`);
    }
    return values.map((value: unknown) => {
      const { id, globalTime } = (value ?? {}) as { id?: unknown; globalTime?: unknown };
      const bytes = typeof id === "string" ? fromHex(id, BUNDLE_ID_BYTES) : undefined;
      if (bytes === undefined || !Number.isSafeInteger(globalTime)) return wrong(name, "no bundle");
      return { id: bytes, header: { globalTime: globalTime as number } };
    });
  }

  /** Byte strings in base64. */
  payloads(name: string, most: number): Uint8Array[] {
    const values = this.#values[name];
    if (!Array.isArray(values) || values.length > most)
      return wrong(name, `not up to ${most} payloads`);
    return values.map((value) => {
      return typeof value === "string" ? Buffer.from(value, "base64") : wrong(name, "not base64");
    });
  }
}

function wrong(name: string, what: string): never {
  throw new UserError(`parameter ${name}: ${what}`, "Give it as the protocol states.", EXIT.usage);
}
