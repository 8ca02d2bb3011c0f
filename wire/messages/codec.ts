import type { RejectionReason } from "../rejection.ts";
import type { dispersy } from "../schema.js";

type Parse<Raw> = (...input: Parameters<typeof dispersy.Datagram.decode>) => Raw;

/**
 * All that is special about one kind of message on the wire. A new kind is its message in the schema, a file like its
 * neighbours here, and a line in `wire/message.ts`. Who acts on it stands in `node/engine/overlay.ts`.
 */
export interface MessageCodec<M extends { kind: string }, Raw extends object> {
  /** Counters are named by it. */
  readonly kind: M["kind"];
  /** Of its field in `Datagram`. */
  readonly number: number;
  /** What stands in a datagram, its fields still unchecked. Throws for what is not protobuf. */
  readonly parse: Parse<Raw>;
  /** The message, every field checked, or why it is none. `budget`: of the whole datagram, in bytes. */
  read(raw: Raw, budget: number): M | RejectionReason;
  /** The fields of a datagram. Throws a RangeError for more than the budget has room for. */
  write(overlay: Uint8Array, message: M, budget: number): dispersy.Datagram.$Properties;
}
