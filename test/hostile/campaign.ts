import type { SealedRefusal } from "../../node/core/counters.ts";
import { isSecret } from "../../node/net/secrecy.ts";
import { encode } from "../../wire/encode.ts";
import { MAX_DATAGRAM_BYTES } from "../../wire/limits.ts";
import { CLEAR_OFFSET, SEALING_BYTES } from "../../wire/sealed.ts";
import { SeededRandom } from "../../node/testing/random.ts";
import type { Bundle } from "../../wire/bundle.ts";
import { readBundle } from "../../wire/bundle.ts";
import { toHex } from "../../wire/bytes.ts";
import type { Address } from "../../wire/address.ts";
import type { Message } from "../../wire/message.ts";
import { REJECTION_REASONS } from "../../wire/rejection.ts";
import { padTo } from "../../wire/padding.ts";
import { BARE_REQUEST_BYTES } from "../../wire/sizes.ts";
import { mutate, MUTATIONS, scrambled } from "./mutator.ts";
import { Oracle } from "./oracle.ts";
import { record, KINDS, type Recorded } from "./recording.ts";
import {
  INSIDER,
  crypto,
  host,
  OVERLAY,
  OVERLAY_KEY,
  policy,
  Rig,
  storeOf,
  type Sent,
} from "./rig.ts";
import { SPECIAL } from "./special.ts";

/** Virtual time between two datagrams: 200 a second. */
const PACE_MS = 5;
/** Who takes part and can show tokens, and who just sends. */
const PEERS = 64;
const STRANGERS = 2_000;
/** Datagrams that carry what their sender can show, and of these the ones that lie in some fields. */
const SHARE_LIVE = 0.6;
const SHARE_LYING = 0.3;

/** Why what is sealed is not opened. */
const SEALED = [
  "rejected: sealed-malformed",
  "rejected: sealed under another key",
  "rejected: sealed datagram again",
  "rejected: sealed and altered",
] as const satisfies SealedRefusal[];

/** What a peer of the campaign can show to the engine, and return to it. */
interface Known {
  token?: Uint8Array;
  /** The engine's last request to it. */
  asked?: Uint8Array;
  /** Nonces that were named to the engine. */
  nonce?: Uint8Array;
}

export interface Verdict {
  inputs: number;
  /** Inputs that reached a handler. */
  received: number;
  rejected: number;
  gate: number;
  /** Inputs without a counter of their own, which there must be none of. */
  uncounted: number;
  sent: number;
  bundles: number;
  globalTime: number;
  violations: readonly string[];
}

/** Feeds one engine mutations of genuine datagrams, from peers that can prove themselves and from strangers. */
export class Campaign {
  readonly rig: Rig;
  /** The highest global time of any genuine bundle: no other may ever be held. */
  readonly highestTime: number;
  readonly #oracle = new Oracle();
  readonly #random: SeededRandom;
  readonly #corpus: readonly Recorded[];
  readonly #byKind: readonly (readonly Recorded[])[];
  /** BOUNDED: by PEERS. */
  readonly #known: ReadonlyMap<string, Known>;
  readonly #peers = Array.from({ length: PEERS }, (_, i) => host(i));
  #inputs = 0;
  #sent = 0;

  constructor(role: "node" | "tracker", seed: number, corpus = record(seed)) {
    this.#corpus = corpus;
    this.#byKind = KINDS.map((kind) => corpus.filter(({ message }) => message.kind === kind));
    this.#random = new SeededRandom(seed, `campaign/${role}`);
    const genuine = bundlesOf(corpus);
    this.highestTime = Math.max(...genuine.map(({ header }) => header.globalTime));
    // All but some, so that there is something to admit.
    const store = storeOf(genuine.filter((_, i) => i % 3 !== 1));
    this.rig = new Rig({ role, seed, store });
    this.#known = new Map(this.#peers.map(({ key }) => [key, {}]));
    this.rig.keepsEvents = false;
    this.#byItself(this.rig.sent);
  }

  run(inputs: number): Verdict {
    const { rig } = this;
    for (let i = 0; i < inputs; i++) {
      this.#byItself(rig.pass(PACE_MS));
      const { from, bytes } = this.#next();
      const led = rig.feed(from, bytes);
      this.#inputs++;
      this.#oracle.received(from, bytes, led, rig.now);
      this.#notice(led);
    }
    return this.verdict();
  }

  verdict(): Verdict {
    const { counters } = this.rig.engine;
    const [received, gate] = [sumOf(counters, "received "), sumOf(counters, "gate: ")];
    const reasons = REJECTION_REASONS.map((reason) => counters.get(`rejected: ${reason}`) ?? 0);
    const sealed = SEALED.map((name) => counters.get(name) ?? 0);
    const rejected = [...reasons, ...sealed].reduce((sum, count) => sum + count, 0);
    return {
      inputs: this.#inputs,
      received,
      rejected,
      gate,
      uncounted: this.#inputs - received - rejected - gate,
      sent: this.#sent,
      bundles: this.rig.store.index.size,
      globalTime: this.rig.store.clock,
      violations: this.#oracle.violations,
    };
  }

  #byItself(sent: Sent[]): void {
    this.#oracle.sentByItself(sent, this.rig.now);
    this.#notice(sent);
  }

  /** What peers learn from what they are sent. */
  #notice(sent: readonly Sent[]): void {
    for (const { to, message } of sent) {
      const known = this.#known.get(to.key);
      if (known === undefined) continue;
      if ("grant" in message) known.token = message.grant;
      if (message.kind === "introduction-request") known.asked = message.identifier;
    }
    this.#sent += sent.length;
    this.rig.sent = [];
  }

  #next(): { from: Address; bytes: Uint8Array } {
    const random = this.#random;
    const from = this.#source();
    const ofKind = this.#byKind[random.below(KINDS.length)]!;
    const chosen = ofKind[random.below(ofKind.length)]!;
    const other = this.#corpus[random.below(this.#corpus.length)]!;
    const isLive = random.float() < SHARE_LIVE;
    const genuine = isLive ? this.#enliven(chosen.message, from) : chosen.bytes;
    // Half of what can be true stays true, so that the engine has something to defend.
    const isWhole = isLive && random.float() < 0.5;
    const mutation = isWhole ? "none" : MUTATIONS[random.below(MUTATIONS.length)]!;
    const clear = mutate(mutation, genuine, other.bytes, random);
    return { from, bytes: this.#envelope(clear, chosen.message) };
  }

  /** What has to be sealed mostly is, so that it is what is inside that is wrong; some of it is wrong outside. */
  #envelope(clear: Uint8Array, message: Message): Uint8Array {
    const random = this.#random;
    const isIn = clear.length >= CLEAR_OFFSET && isSecret(message, this.rig.isTracker);
    if (!isIn || random.below(16) === 0) return clear;
    const sealed = INSIDER.seal(clear);
    if (random.below(16) > 0) return sealed;
    const mutation = MUTATIONS[random.below(MUTATIONS.length)]!;
    return mutate(mutation, sealed, clear, random);
  }

  #source(): Address {
    const random = this.#random;
    if (random.float() < 0.6) return this.#peers[random.below(PEERS)]!;
    return host(1_000 + random.below(STRANGERS), 1_024 + random.below(60_000));
  }

  /** The message with the tokens, identifiers and nonces that its sender could show: some right, some swapped. */
  #enliven(message: Message, from: Address): Uint8Array {
    const random = this.#random;
    const owner = random.below(8) === 0 ? this.#peers[random.below(PEERS)]! : from;
    const known: Known = this.#known.get(owner.key) ?? {};
    const { token = random.bytes(8), asked = random.bytes(8) } = known;
    switch (message.kind) {
      case "introduction-request": {
        // Without padding and offer it is the smallest question that there is.
        const { offer, leastBytes = random.below(1_000), ...bare } = message;
        const rest = random.below(4) > 0 ? { ...(offer && { offer }), leastBytes } : {};
        const shown = random.below(8) > 0 ? { token } : {};
        return this.#encoded({ ...bare, ...rest, ...shown, instance: random.bytes(8) });
      }
      case "introduction-response": {
        const { introduction } = message;
        const nonce = random.bytes(8);
        known.nonce = nonce;
        const named = introduction && { ...introduction, address: this.#target(), nonce };
        const response = { ...message, identifier: asked, instance: random.bytes(8) };
        return this.#encoded(
          padTo({ ...response, ...(named && { introduction: named }) }, BARE_REQUEST_BYTES),
        );
      }
      case "puncture-request":
        return this.#encoded({ ...message, token, nonce: random.bytes(8), target: this.#target() });
      case "puncture":
        return this.#encoded({ ...message, nonce: known.nonce ?? message.nonce });
      case "bundles":
        return this.#encoded({ ...message, token, identifier: asked });
      case "notice":
        return this.#encoded({ ...message, token });
    }
  }

  /** Whom a liar names: peers, strangers, victims, and what nobody may name. */
  #target(): Address {
    const random = this.#random;
    const special = () => SPECIAL[random.below(SPECIAL.length)]!;
    const choices = [
      this.#source,
      special,
      () => host(5_000, 1 + random.below(60_000)),
      this.#source,
    ];
    return choices[random.below(choices.length)]!.call(this);
  }

  #encoded(message: Message): Uint8Array {
    const random = this.#random;
    const lies = random.float() < SHARE_LYING;
    const said = lies ? scrambled(message, random, () => this.#target()) : message;
    return encode(OVERLAY, said, MAX_DATAGRAM_BYTES - SEALING_BYTES);
  }
}

function sumOf(counters: ReadonlyMap<string, number>, prefix: string): number {
  let sum = 0;
  for (const [name, count] of counters) if (name.startsWith(prefix)) sum += count;
  return sum;
}

/** All bundles of the recording, with a policy to begin with. */
function bundlesOf(corpus: readonly Recorded[]): Bundle[] {
  const found = new Map<string, Bundle>([["policy", policy("open")]]);
  for (const { message } of corpus) {
    for (const wire of message.kind === "bundles" ? message.bundles : []) {
      const bundle = readBundle(crypto, OVERLAY_KEY, wire);
      if (!("rejected" in bundle)) found.set(toHex(bundle.id), bundle);
    }
  }
  return [...found.values()];
}
