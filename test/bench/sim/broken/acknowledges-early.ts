import type { Effect } from "../../../../node/core/effects.ts";
import type { EngineOptions } from "../../../../node/engine/engine.ts";
import type { Input, Instant } from "../../../../node/core/inputs.ts";
import type { EngineLike } from "../../../../node/testing/node.ts";
import type { Crypto } from "../../../../wire/crypto.ts";
import { equalBytes } from "../../../../wire/bytes.ts";
import { WrappedEngine } from "./wrapped.ts";

/** Says that its bundles are published when the disk has merely begun to write them. */
class AcknowledgesEarly extends WrappedEngine {
  readonly #crypto: Crypto;
  #own = new Uint8Array();

  constructor(options: EngineOptions) {
    super(options);
    this.#crypto = options.crypto;
  }

  override handle(input: Input, at: Instant): void {
    if (input.kind === "join") {
      this.#own = new Uint8Array(this.#crypto.publicKey(input.overlay.memberSecret));
    }
    super.handle(input, at);
  }

  protected override changed(effect: Effect): Effect {
    if (effect.kind !== "commit") return effect;
    const { overlay, add } = effect;
    const bundles = add.filter(({ author }) => equalBytes(author, this.#own));
    this.add({ kind: "notify", event: { event: "published", overlay, reference: 0, bundles } });
    return effect;
  }
}

export const acknowledgesEarly = (options: EngineOptions): EngineLike => {
  return new AcknowledgesEarly(options);
};
