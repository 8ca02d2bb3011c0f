import { Address } from "../../wire/address.ts";
import { fromBase64, toBase64 } from "../../wire/base64.ts";
import type { WireBundle } from "../../wire/message.ts";
import type { EngineOptions } from "../engine/engine.ts";
import type { Input, Instant } from "../core/inputs.ts";

/** Changes whenever older recordings can no longer be played. */
export const RECORDING_FORMAT = 4;

/** What an overlay's store held when it was joined. */
export interface StoreState {
  clock: number;
  admitted: number;
  /** In the order of the index. */
  bundles: WireBundle[];
}

/** What random numbers, signatures and public keys came out, in the order in which the engine asked for them. */
export type Answers = (Uint8Array | number)[];

/** The first line of a recording: how the engine was made. */
export interface Opening {
  format: typeof RECORDING_FORMAT;
  options: Omit<EngineOptions, "crypto" | "random">;
  answers: Answers;
}

/** Every other line: one input, and what the engine did with it. */
export interface Step {
  at: Instant;
  /** A join without its store and without its secret keys, which are zeroes here. */
  input: Input | Omit<Extract<Input, { kind: "join" }>, "store">;
  /** Of a join. */
  store?: StoreState;
  answers: Answers;
  /** Kind and hash of each effect. */
  effects: string[];
}

/** One line of JSON text; `parseLine` gives the same value back, byte strings, addresses and infinities included. */
export function formatLine(line: Opening | Step): string {
  return JSON.stringify(line, function (this: Record<string, unknown>, key: string) {
    // Not the second argument: Node's byte strings have turned themselves into something else there.
    const value = this[key];
    if (value instanceof Address) return { $address: value.key };
    if (value instanceof Uint8Array) return { $bytes: toBase64(value) };
    return value === Infinity || value === -Infinity ? { $number: String(value) } : value;
  });
}

/** Throws a SyntaxError for what `formatLine` did not make. */
export function parseLine(text: string): Opening | Step {
  const line: unknown = JSON.parse(text, (_, value: unknown) => {
    if (typeof value !== "object" || value === null) return value;
    if ("$address" in value) return Address.parse(String(value.$address));
    if ("$bytes" in value) return bytesOf(String(value.$bytes));
    return "$number" in value ? Number(value.$number) : value;
  });
  if (typeof line !== "object" || line === null || !("answers" in line)) {
    throw new SyntaxError("this is no line of a recording");
  }
  return line as Opening | Step;
}

function bytesOf(text: string): Uint8Array {
  const bytes = fromBase64(text);
  if (bytes === undefined) throw new SyntaxError("a byte string of this recording is damaged");
  return bytes;
}
