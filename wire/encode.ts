import protobuf from "protobufjs/minimal.js";
import { allocate } from "./bytes.ts";
import { MAX_DATAGRAM_BYTES, NO_OVERLAY, OVERLAY_ID_BYTES } from "./limits.ts";
import { CODECS, type Message } from "./message.ts";
import { paddedBytes, paddingFor, writePadded } from "./padding.ts";
import { dispersy } from "./schema.js";

/** Reused by every call, which saves it from growing each time; holds nothing between calls. */
const scratch = new protobuf.Writer();

/**
 * The UDP payload for `message` in the overlay with this 20-byte id. Throws a RangeError when it would exceed `budget`
 * bytes: whoever composes a message knows the sizes in `wire/sizes.ts`.
 */
export function encode(
  overlay: Uint8Array,
  message: Message,
  budget: number = MAX_DATAGRAM_BYTES,
): Uint8Array {
  if (overlay.length !== OVERLAY_ID_BYTES) throw new RangeError("an overlay id has 20 bytes");
  const bare = write(overlay, message, budget);
  const padding = paddingOf(message, bare);
  const bytes = paddedBytes(bare, padding);
  if (bytes > budget) {
    throw new RangeError(`${message.kind} of ${bytes} bytes exceeds the budget of ${budget}`);
  }
  const datagram = allocate(bytes);
  const written = scratch.buf.subarray(0, bare);
  if (padding === 0) datagram.set(written);
  else writePadded(written, padding, datagram);
  return datagram;
}

/** How many bytes `encode` would yield, without a limit. */
export function encodedBytes(message: Message): number {
  const bare = write(NO_OVERLAY, message, Infinity);
  return paddedBytes(bare, paddingOf(message, bare));
}

function paddingOf(message: Message, bare: number): number {
  const least = "leastBytes" in message ? message.leastBytes : undefined;
  return least === undefined ? 0 : paddingFor(bare, least);
}

function write(overlay: Uint8Array, message: Message, budget: number): number {
  scratch.pos = 0;
  scratch.states = null;
  dispersy.Datagram.encode(CODECS[message.kind].write(overlay, message, budget), scratch);
  return scratch.pos;
}
