import type { Profile } from "../../node/core/profile.ts";
import type { MemoryStore } from "../../node/store/memory.ts";
import type { Address } from "../../wire/address.ts";
import type { Holdings } from "../../wire/message.ts";
import { INSIDER, host, responseTo, Rig, type Sent } from "./rig.ts";

const LATENCY_MS = 10;

export interface Joining {
  profile: Profile;
  /** What the one who holds everything says it holds. */
  claim?: (holdings: Holdings) => Holdings;
  /** Somebody who says that it holds what the newcomer holds, and that this is all there ever was. */
  flatterer?: boolean;
}

/** Two engines and the path between them: one that holds everything, and a newcomer. */
export class Joined {
  readonly holder: Rig;
  readonly newcomer: Rig;
  readonly #joining: Joining;
  readonly #at: readonly [Address, Address] = [host(0), host(1)];
  readonly #flatterer = host(2);

  constructor(store: MemoryStore, joining: Joining) {
    const { profile } = joining;
    this.#joining = joining;
    this.holder = new Rig({ seed: 1, store, profile });
    const seeds = [this.#at[0], ...(joining.flatterer === true ? [this.#flatterer] : [])];
    this.newcomer = new Rig({ seed: 2, profile, seeds });
  }

  /** Runs until the newcomer holds that many bundles, or for `limitMs`; returns how many it holds. */
  run(limitMs: number, wanted: number): number {
    const { holder, newcomer } = this;
    for (const rig of [holder, newcomer]) rig.keepsEvents = false;
    const start = newcomer.now;
    while (newcomer.store.index.size < wanted && newcomer.now < start + limitMs) {
      const next = Math.min(holder.engine.deadline(), newcomer.engine.deadline());
      const wait = Math.max(LATENCY_MS, next - newcomer.now);
      for (const rig of [holder, newcomer]) rig.pass(wait);
      this.#exchange();
    }
    return newcomer.store.index.size;
  }

  /** Carries datagrams until nobody has anything more to say. */
  #exchange(): void {
    const { holder, newcomer } = this;
    const [holderAt, newcomerAt] = this.#at;
    for (let silent = false; !silent;) {
      const asked = take(newcomer);
      for (const { to, message, bytes } of asked) {
        if (to.key === holderAt.key) holder.feed(newcomerAt, bytes);
        const isAsked = to.key === this.#flatterer.key && message.kind === "introduction-request";
        if (isAsked) this.#flatter(message.identifier);
      }
      const answered = take(holder);
      for (const sent of answered) {
        if (sent.to.key === newcomerAt.key) newcomer.feed(holderAt, this.#claimed(sent));
      }
      silent = asked.length + answered.length === 0;
    }
  }

  #flatter(identifier: Uint8Array): void {
    const { index, clock } = this.newcomer.store;
    if (index.size === 0) return;
    const holdings = { count: index.size, globalTime: clock, admitted: index.size };
    this.newcomer.say(this.#flatterer, { ...responseTo(identifier), holdings });
  }

  #claimed({ bytes, message }: Sent): Uint8Array {
    const { claim } = this.#joining;
    if (claim === undefined || message.kind !== "introduction-response") return bytes;
    if (message.holdings === undefined) return bytes;
    return INSIDER.encode({ ...message, holdings: claim(message.holdings) });
  }
}

function take(rig: Rig): Sent[] {
  const { sent } = rig;
  rig.sent = [];
  return sent;
}
