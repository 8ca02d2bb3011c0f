import { MemoryStore } from "../../node/store/memory.ts";
import type { BundleStore } from "../../node/store/store.ts";
import { type Bundle, type Draft, makeBundle } from "../../wire/bundle.ts";
import { utf8 } from "../../wire/bytes.ts";
import type { WireBundle } from "../../wire/message.ts";
import { newSecretKey } from "../../wire/identity.ts";
import { LayeredStore } from "./layered-store.ts";
import type { OverlayKeys, World } from "../../node/testing/world.ts";

/** Who wrote the backlog: enough that author tables are as full as in use. */
const BACKLOG_AUTHORS = 16;
/** Bundles per commit while the base is built. */
const BATCH = 10_000;

/** What every node of a world holds from the beginning: an open policy and a backlog, in memory once. */
export class Backlog {
  readonly #base: BundleStore;
  /** BOUNDED: by what the world's nodes make. */
  readonly #shared = new Map<string, WireBundle>();

  /** `payload` gives the payload of the i-th bundle; short texts when left out. */
  constructor(
    world: World,
    overlay: OverlayKeys,
    bundles: number,
    payload: (i: number) => Uint8Array = (i) => utf8(`backlog ${i}`),
  ) {
    const { crypto } = world;
    const secrets = Array.from({ length: BACKLOG_AUTHORS }, (_, i) =>
      newSecretKey(world.random(`backlog/${i}`)),
    );
    const base = new MemoryStore();
    const make = (secret: Uint8Array, globalTime: number, content: Draft["content"]): Bundle =>
      makeBundle(crypto, overlay.key, secret, globalTime, { content });
    const commit = (add: Bundle[]): void => {
      const admitted = base.admitted + add.length;
      base.apply({ add, remove: [], clock: admitted, admitted });
    };
    commit([make(overlay.secret, 1, { kind: "policy", writers: "open" })]);
    for (let done = 0; done < bundles; done += BATCH) {
      const length = Math.min(BATCH, bundles - done);
      commit(
        Array.from({ length }, (_, k) => {
          const i = done + k;
          const secret = secrets[i % BACKLOG_AUTHORS]!;
          return make(secret, i + 2, { kind: "data", payload: payload(i) });
        }),
      );
    }
    this.#base = base;
  }

  /** Policy included. */
  get size(): number {
    return this.#base.index.size;
  }

  /** A new node's store: the backlog under a layer of its own. */
  store(): LayeredStore {
    return new LayeredStore(this.#base, this.#shared);
  }

  /** A store with nothing in it, for a node that joins later; shares what the others' layers hold. */
  emptyStore(): MemoryStore {
    return new MemoryStore(this.#shared);
  }
}
