import type { Effect } from "../../node/effects.ts";
import type { Input, Instant } from "../../node/inputs.ts";
import { MemoryStore } from "../../node/store/memory.ts";
import type { BundleStore } from "../../node/store/store.ts";
import { type Bundle, readBundle } from "../../wire/bundle.ts";
import { toHex, utf8 } from "../../wire/bytes.ts";
import type { Crypto } from "../../wire/crypto.ts";
import { overlayId } from "../../wire/identity.ts";
import { TraceDigest } from "./digest.ts";
import type { Commit, EngineFactory } from "./node.ts";
import type { EngineObserver } from "./observed.ts";
import { SeededRandom } from "./random.ts";

type Join = Extract<Input, { kind: "join" }>;

/**
 * One run of a node, complete enough to be played again: its inputs with their moments, what its stores held at the start,
 * and a hash of its effects.
 */
export class Recording implements EngineObserver {
  /** BOUNDED: by the length of the run. */
  readonly inputs: { input: Input; at: Instant }[] = [];
  readonly #stores = new Map<Join, MemoryStore>();
  readonly #crypto: Crypto;
  readonly #effects = new TraceDigest();
  effects = 0;

  constructor(crypto: Crypto) {
    this.#crypto = crypto;
  }

  /** A hash of all effects until now. */
  get digest(): string {
    return this.#effects.value;
  }

  input(input: Input, at: Instant): void {
    if (input.kind === "join") this.#stores.set(input, copyOf(input, this.#crypto));
    this.inputs.push({ input, at });
  }

  effect(effect: Effect): void {
    this.effects++;
    digestEffect(this.#effects, effect);
  }

  /**
   * Feeds the inputs to a fresh engine, whose stores apply what it commits when the recording says so. `stream` is
   * what the node's random numbers were drawn from. Returns what that run does, once more recorded.
   */
  replay(engine: EngineFactory, seed: string | number, stream: string): Recording {
    const crypto = this.#crypto;
    const random = new SeededRandom(seed, stream);
    const again = engine({ role: "node", crypto, random });
    const replayed = new Recording(crypto);
    const player = new Player(this.#stores, crypto);
    for (const { input, at } of this.inputs) {
      const played = player.prepare(input);
      replayed.input(played, at);
      again.handle(played, at);
      for (let effect = again.poll(); effect !== undefined; effect = again.poll()) {
        replayed.effect(effect);
        if (effect.kind === "commit") player.commits.set(effect.overlay, effect);
      }
    }
    return replayed;
  }
}

/** The stores of a replay. */
class Player {
  /** By overlay. BOUNDED: one each. */
  readonly commits = new Map<string, Commit>();
  readonly #initial: ReadonlyMap<Join, MemoryStore>;
  readonly #crypto: Crypto;
  /** By overlay. BOUNDED: one each. */
  readonly #stores = new Map<string, MemoryStore>();

  constructor(initial: ReadonlyMap<Join, MemoryStore>, crypto: Crypto) {
    this.#initial = initial;
    this.#crypto = crypto;
  }

  /** The input with the replay's own store in it; what is told to be committed is committed first. */
  prepare(input: Input): Input {
    if (input.kind === "join") {
      const store = copyOf({ ...input, store: this.#initial.get(input)! }, this.#crypto);
      this.#stores.set(toHex(overlayId(this.#crypto, input.overlay.key)), store);
      return { ...input, store };
    }
    if (input.kind !== "committed") return input;
    // An engine that does something else may not have asked for it.
    const commit = this.commits.get(input.overlay);
    if (commit !== undefined) this.#stores.get(input.overlay)!.apply(commit);
    return input;
  }
}

function copyOf({ store, overlay }: Join, crypto: Crypto): MemoryStore {
  const add: Bundle[] = [];
  store.index.ascend(0, (globalTime, w0, w1, w2, w3) => {
    const bundle = readBundle(crypto, overlay.key, store.get({ globalTime, w0, w1, w2, w3 })!);
    if (!("rejected" in bundle)) add.push(bundle);
    return true;
  });
  const copy = new MemoryStore();
  const { clock, admitted }: BundleStore = store;
  copy.apply({ add, remove: [], clock, admitted });
  return copy;
}

function digestEffect(digest: TraceDigest, effect: Effect): void {
  digest.bytes(utf8(effect.kind));
  switch (effect.kind) {
    case "send":
      digest.number(effect.via);
      digest.bytes(effect.to.bytes);
      return digest.bytes(effect.bytes);
    case "verify":
      digest.number(effect.job);
      for (const { message, publicKey, signature } of effect.checks) {
        for (const bytes of [message, publicKey, signature]) digest.bytes(bytes);
      }
      return;
    case "commit":
      for (const value of [effect.batch, effect.clock, effect.admitted]) digest.number(value);
      for (const { id } of effect.add) digest.bytes(id);
      for (const held of effect.remove) {
        for (const part of Object.values(held)) digest.number(part);
      }
      return;
    case "notify":
      digest.bytes(utf8(effect.event.event));
  }
}
