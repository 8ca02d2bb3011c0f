import type { Namer } from "../../candidates/namer.ts";
import type { CandidateTable } from "../../candidates/table.ts";
import { type Rate, TokenBuckets } from "../../nat/token-buckets.ts";
import type { Address } from "../../wire/address.ts";
import type { Context } from "../core/context.ts";
import type { LanPeerStatus } from "../core/engine-status.ts";
import type { Intents } from "../core/intents.ts";
import type { NetState } from "../net/net-state.ts";

/** Of an overlay. Whoever is in touch with so many neighbours misses nothing by not knowing more of them. */
const MAX_LAN_PEERS = 64;
/** Three announcements and their jitter: who is heard no more is gone, or the LAN loses all of them. */
const FORGET_MS = 120_000;
/** While a first question is under way: it is repeated by whoever sent it. */
const ASK_INTERVAL_MS = 1_000;
/**
 * Questions to those who announced themselves. A member can forge addresses of neighbours who are not there: with their
 * repetitions these are 36 of the 64 datagrams that such neighbours may get in 5 s on the word of strangers.
 */
const QUESTIONS: Rate = { perSecond: 2, burst: 8, most: 1 };
const ALL = "all";

interface LanPeer {
  readonly address: Address;
  heardMs: number;
}

/**
 * Who of the overlay announces itself in our LANs. Such a node is introduced by itself, and asked like anybody else who
 * was introduced: it vouches for nothing, and nobody named it.
 */
export class LanPeers {
  readonly #ctx: Context;
  readonly #table: CandidateTable;
  readonly #netState: NetState;
  readonly #intents: Intents;
  readonly #questions = new TokenBuckets(QUESTIONS);
  /** By address, the one that was heard longest ago first. BOUNDED: by MAX_LAN_PEERS. */
  readonly #peers = new Map<string, LanPeer>();

  constructor(parts: {
    ctx: Context;
    table: CandidateTable;
    netState: NetState;
    intents: Intents;
  }) {
    this.#ctx = parts.ctx;
    this.#table = parts.table;
    this.#netState = parts.netState;
    this.#intents = parts.intents;
  }

  heard(address: Address): void {
    const { now } = this.#ctx;
    this.#forget();
    const isNew = !this.#peers.delete(address.key);
    if (isNew && this.#peers.size >= MAX_LAN_PEERS) {
      return this.#ctx.countAbout("announced node left out: too many", address);
    }
    this.#peers.set(address.key, { address, heardMs: now });
    if (this.#isInTouch(address)) return;
    const { lastAskedMs = -Infinity } = this.#table.get(address) ?? {};
    const candidate = this.#table.introduced(address, this.#netState.socketTo(address), now);
    if (candidate === undefined) return this.#ctx.count("candidate refused: group cap");
    candidate.namer ??= itself(address);
    if (now - lastAskedMs < ASK_INTERVAL_MS || !this.#questions.take(ALL, now)) return;
    this.#intents.push({ kind: "ask", address });
  }

  /** Whether it announced itself lately. */
  has({ key }: Address): boolean {
    this.#forget();
    return this.#peers.has(key);
  }

  /** The network changed. */
  clear(): void {
    this.#peers.clear();
  }

  status(): LanPeerStatus[] {
    const { now } = this.#ctx;
    const lately = [...this.#peers.values()].filter(({ heardMs }) => now - heardMs < FORGET_MS);
    return lately.map(({ address, heardMs }) => ({
      address: address.key,
      heardMsAgo: Math.round(now - heardMs),
      answers: this.#table.bucket(address, now) === "contacted",
    }));
  }

  #isInTouch(address: Address): boolean {
    const bucket = this.#table.bucket(address, this.#ctx.now);
    return bucket !== undefined && bucket !== "introduced";
  }

  #forget(): void {
    for (const [key, { heardMs }] of this.#peers) {
      if (this.#ctx.now - heardMs < FORGET_MS) break;
      this.#peers.delete(key);
    }
  }
}

/** On whose word we ask whoever announced itself: its own, which is a stranger's. */
function itself({ key }: Address): Namer {
  return { group: `announced ${key}`, isTrusted: false };
}
