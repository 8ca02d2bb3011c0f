import { toHex } from "../../../wire/bytes.ts";
import type { Crypto } from "../../../wire/crypto.ts";
import { OVERLAY_ID_BYTES } from "../../../wire/limits.ts";

/**
 * Some 120,000 senders: a hundred contacts, which change theirs each hour, for seven weeks. docs/wireshark/dispersy.lua
 * holds all of them in memory.
 */
export const MAX_KEY_LOG_BYTES = 16 * 1024 * 1024;

/**
 * The same cryptography, which writes down the keys of senders, our own ones and those of whom something was opened,
 * one line each, for Wireshark: `DISPERSY_SENDER <overlay> <sender> <key>` in hexadecimal. Such a key opens the
 * datagrams of one sender, of an hour at most. Nothing that it was derived from is written, nor what payloads are
 * sealed under.
 */
export function loggingSenderKeys(crypto: Crypto, write: (line: string) => void): Crypto {
  /** Lines of keys that nothing was sealed or opened with. The engine passes the very key that it derived. */
  const unwritten = new WeakMap<Uint8Array, string>();
  const used = (key: Uint8Array): void => {
    const line = unwritten.get(key);
    if (line === undefined) return;
    unwritten.delete(key);
    write(line);
  };
  return {
    ...crypto,
    derive(secret, use, context) {
      const key = crypto.derive(secret, use, context);
      if (use === "datagram") unwritten.set(key, lineOf(context!, key));
      return key;
    },
    seal(key, nonce, associated, plain, out) {
      used(key);
      crypto.seal(key, nonce, associated, plain, out);
    },
    open(key, nonce, associated, sealed) {
      const plain = crypto.open(key, nonce, associated, sealed);
      // Not before: strangers can make a node derive keys for senders that are none.
      if (plain !== undefined) used(key);
      return plain;
    },
  };
}

/** `context`: overlay id and sender. */
function lineOf(context: Uint8Array, key: Uint8Array): string {
  const overlay = context.subarray(0, OVERLAY_ID_BYTES);
  const sender = context.subarray(OVERLAY_ID_BYTES);
  return `DISPERSY_SENDER ${toHex(overlay)} ${toHex(sender)} ${toHex(key)}\n`;
}
