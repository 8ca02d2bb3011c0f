import type { EngineOptions } from "../../../../node/engine/engine.ts";
import type { Input, Instant } from "../../../../node/core/inputs.ts";
import type { BundleStore } from "../../../../node/store/store.ts";
import type { EngineLike } from "../../../../node/testing/node.ts";
import { decode } from "../../../../wire/decode.ts";
import { encode } from "../../../../wire/encode.ts";
import type { WireBundle } from "../../../../wire/message.ts";
import { WrappedEngine } from "./wrapped.ts";

/** Sends its first bundle to whoever asks, also to those who never showed that they receive what is sent to them. */
class ServesStrangers extends WrappedEngine {
  #store: BundleStore | undefined;

  override handle(input: Input, at: Instant): void {
    super.handle(input, at);
    if (input.kind === "join") this.#store = input.store;
    if (input.kind !== "datagram" || this.#store === undefined) return;
    const decoded = decode(input.bytes);
    if ("rejected" in decoded || decoded.message.kind !== "introduction-request") return;
    const bundles = firstOf(this.#store);
    const { identifier, token } = decoded.message;
    if (token !== undefined || bundles.length === 0) return;
    const bytes = encode(decoded.overlay, { kind: "bundles", identifier, bundles });
    this.add({ kind: "send", to: input.from, via: input.via, bytes });
  }
}

function firstOf(store: BundleStore): WireBundle[] {
  const found: WireBundle[] = [];
  store.index.ascend(0, (globalTime, w0, w1, w2, w3) => {
    found.push(store.get({ globalTime, w0, w1, w2, w3 })!);
    return false;
  });
  return found;
}

export const servesStrangers = (options: EngineOptions): EngineLike => new ServesStrangers(options);
