import { utf8 } from "../../wire/bytes.ts";
import type { Effect } from "../core/effects.ts";
import type { TraceDigest } from "./digest.ts";

/** Adds an effect to a hash: two runs with one hash did the same. */
export function digestEffect(digest: TraceDigest, effect: Effect): void {
  digest.bytes(utf8(effect.kind));
  switch (effect.kind) {
    case "send":
      digest.number(effect.via);
      digest.number(effect.ttl ?? 0);
      digest.bytes(effect.to.bytes);
      return digest.bytes(effect.bytes);
    case "announce":
      return digest.bytes(effect.bytes);
    case "open":
      for (const value of [effect.job, effect.family, effect.count]) digest.number(value);
      return;
    case "close":
      for (const via of effect.via) digest.number(via);
      return;
    case "verify":
      digest.bytes(utf8(effect.overlay));
      digest.number(effect.job);
      for (const { message, publicKey, signature } of effect.checks) {
        for (const bytes of [message, publicKey, signature]) digest.bytes(bytes);
      }
      return;
    case "commit":
      for (const value of [effect.batch, effect.clock, effect.admitted]) digest.number(value);
      for (const { id } of effect.add) digest.bytes(id);
      for (const { globalTime, w0, w1, w2, w3 } of effect.remove) {
        for (const part of [globalTime, w0, w1, w2, w3]) digest.number(part);
      }
      return;
    case "notify":
      digest.bytes(utf8(effect.event.event));
  }
}
