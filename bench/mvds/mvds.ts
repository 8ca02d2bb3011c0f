import { fromHex, toHex } from "../../wire/bytes.ts";
import type { Crypto, Random } from "../../wire/crypto.ts";
import { backOffEpochs, MOST_BACK_OFF_EPOCHS } from "./back-off.ts";
import { FilterTurns } from "./filter-turns.ts";
import { type Held, HeldMessages } from "./held.ts";
import { ID_BYTES, type Message, messageId } from "./message.ts";
import { type Available, emptyPayload, type Payload } from "./payload.ts";
import { type RecordKind, type SyncState, SyncStates } from "./sync-states.ts";

export interface MvdsOptions {
  hash: Crypto["hash"];
  random: Random;
  /** How a peer is told of a message: OFFER, REQUEST, MESSAGE, ACK; or MESSAGE, ACK; or not at all, where it asks. */
  mode: "interactive" | "batch" | "pull";
  /** Whether what others wrote is offered, too, as the reference program does. */
  relays: boolean;
  /** Whether records are sent again until they are answered; otherwise once, and the filters do the rest. */
  repeats: boolean;
  /** Peers that a message is told to, drawn anew for each: all, or K of N. */
  fanOut: number;
  /** Whether an OFFER of what is held gets an ACK. Off only to show what the reference program does without. */
  acksOffers: boolean;
  /** Epochs that an ACK waits for something else to travel with. */
  ackDelayEpochs: number;
  mostBackOffEpochs: number;
  filters: FilterOptions | undefined;
}

export interface FilterOptions {
  falsePositiveRate: number;
  /** What a filter is answered with: what is on its way to the peer anyway, or whatever of all that is held it lacks. */
  answers: "waiting" | "held";
  /**
   * What "may be in the filter" does: it only postpones the next sending, which is an OFFER then; or it counts as an
   * ACK, to show what that would lose.
   */
  maybe: "later" | "acked";
}

export const PLAIN: Omit<MvdsOptions, "hash" | "random"> = {
  mode: "interactive",
  relays: false,
  repeats: true,
  fanOut: Infinity,
  acksOffers: true,
  ackDelayEpochs: 0,
  mostBackOffEpochs: MOST_BACK_OFF_EPOCHS,
  filters: undefined,
};

/** Of messages, in answer to one filter; what the shipped profile sends for an offer. */
const FILTER_ANSWER_BYTES = 25 * 1_024;
/** Epochs until another peer is asked for a message that somebody was asked for already. */
const OTHER_REQUEST_EPOCHS = 4;

/**
 * One node of 2/MVDS, as a machine without clock, network or randomness of its own: payloads go in, and at the end
 * of each epoch at most one comes out per peer. Where the text or the reference program leaves a hole it is mended: an
 * OFFER of what is held is answered by an ACK; a request is refused to who is not in the group; one peer at a time is
 * asked for a message; a send epoch is set, not added up.
 */
export class Mvds {
  readonly #options: MvdsOptions;
  readonly #held = new HeldMessages();
  readonly #states = new SyncStates();
  readonly #turns: FilterTurns;
  /** By hexadecimal group. BOUNDED: by the groups of the node. */
  readonly #members = new Map<string, Set<string>>();
  /** Of all groups. BOUNDED: by their members. */
  #peers: readonly string[] = [];
  /** Peer, then id -> the epoch in which it leaves at the latest. BOUNDED: by what came within the delay of an ACK. */
  readonly #acks = new Map<string, Map<string, { id: Uint8Array; epoch: number }>>();
  /** What leaves with the next epoch and is not repeated. BOUNDED: by the answers to the filters of an epoch. */
  readonly #answers = new Map<string, Set<Held>>();
  /** Ids that somebody is asked for. BOUNDED: by what peers offered and have not sent. */
  readonly #asked = new Set<string>();
  #epoch = 0;
  /** Records that were not taken: of unknown groups, or of who is not in them. */
  refused = 0;

  constructor(options: MvdsOptions) {
    this.#options = options;
    this.#turns = new FilterTurns(options.random);
  }

  join(groupId: Uint8Array, peers: readonly string[]): void {
    this.#members.set(toHex(groupId), new Set(peers));
    this.#peers = [...new Set([...this.#peers, ...peers])];
  }

  has(id: string): boolean {
    return this.#held.has(id);
  }

  state(peer: string, id: string): Readonly<SyncState> | undefined {
    return this.#states.get(peer, id);
  }

  publish(message: Message): string {
    const held = this.#keep(message, true);
    this.#share(held, undefined, this.#options.mode === "batch" ? "message" : "offer");
    return held.key;
  }

  /** Whoever starts asks several at once. */
  wake(): void {
    this.#turns.wake();
  }

  /** Returns what is new. */
  receive(peer: string, { acks, offers, requests, messages, available }: Payload): Held[] {
    this.#turns.heard(peer, this.#epoch);
    for (const id of acks) this.#states.remove(peer, toHex(id));
    for (const id of offers) this.#offered(peer, id);
    for (const id of requests) this.#requested(peer, toHex(id));
    const fresh = messages.flatMap((message) => this.#arrived(peer, message) ?? []);
    if (available !== undefined) this.#compare(peer, available);
    return fresh;
  }

  /** The next epoch: everything that is due. */
  nextEpoch(): Map<string, Payload> {
    this.#epoch++;
    const out = new Map<string, Payload>();
    const to = (peer: string): Payload => {
      const payload = out.get(peer) ?? emptyPayload();
      out.set(peer, payload);
      return payload;
    };
    for (const state of this.#states.due(this.#epoch)) {
      this.#record(to(state.peer), state);
      this.#sent(state);
    }
    for (const [peer, answers] of this.#answers) this.#answer(to(peer), answers);
    this.#answers.clear();
    this.#addFilters(to);
    for (const [peer, acks] of this.#acks) {
      const isLate = [...acks.values()].some(({ epoch }) => epoch <= this.#epoch);
      if (!isLate && !out.has(peer)) continue;
      for (const { id } of acks.values()) to(peer).acks.push(id);
      this.#acks.delete(peer);
    }
    return out;
  }

  #record(payload: Payload, { id, kind }: SyncState): void {
    const held = this.#held.get(id);
    if (kind === "request") payload.requests.push(fromHex(id, ID_BYTES)!);
    else if (kind === "offer") payload.offers.push(held!.id);
    else if (!payload.messages.includes(held!.message)) payload.messages.push(held!.message);
  }

  #sent(state: SyncState): void {
    const { repeats, mostBackOffEpochs } = this.#options;
    if (!repeats) return this.#states.remove(state.peer, state.id);
    state.sendCount++;
    this.#states.plan(state, this.#epoch + backOffEpochs(state.sendCount, mostBackOffEpochs));
  }

  #offered(peer: string, id: Uint8Array): void {
    const key = toHex(id);
    if (this.#held.has(key)) {
      // It holds it itself.
      this.#states.remove(peer, key);
      if (this.#options.acksOffers) this.#acknowledge(peer, id);
      return;
    }
    if (this.#states.get(peer, key) !== undefined) return;
    const wait = this.#asked.has(key) ? OTHER_REQUEST_EPOCHS : 1;
    this.#asked.add(key);
    this.#states.set(peer, key, "request", this.#epoch + wait);
  }

  #requested(peer: string, key: string): void {
    const held = this.#held.get(key);
    if (held === undefined || !this.#isMember(held.group, peer)) this.refused++;
    else this.#states.set(peer, key, "message", this.#epoch + 1);
  }

  #arrived(peer: string, message: Message): Held | undefined {
    if (!this.#isMember(toHex(message.groupId), peer)) {
      this.refused++;
      return undefined;
    }
    const id = messageId(this.#options.hash, message);
    const key = toHex(id);
    this.#states.remove(peer, key);
    this.#acknowledge(peer, id);
    if (this.#held.has(key)) return undefined;
    const held = this.#keep(message, false, id);
    this.#asked.delete(key);
    for (const other of this.#members.get(held.group)!) this.#states.remove(other, key);
    if (this.#options.relays) this.#share(held, peer, "offer");
    return held;
  }

  #keep(message: Message, isOwn: boolean, id = messageId(this.#options.hash, message)): Held {
    const held = { key: toHex(id), id, message, group: toHex(message.groupId), isOwn };
    this.#held.add(held);
    return held;
  }

  #share({ key, group }: Held, from: string | undefined, kind: RecordKind): void {
    if (this.#options.mode === "pull") return;
    const others = [...this.#members.get(group)!].filter((peer) => peer !== from);
    for (const peer of drawn(others, this.#options.fanOut, this.#options.random)) {
      this.#states.set(peer, key, kind, this.#epoch + 1);
    }
  }

  #acknowledge(peer: string, id: Uint8Array): void {
    // Where nothing is told, or only once, nobody waits for an answer.
    if (this.#options.mode === "pull" || !this.#options.repeats) return;
    let acks = this.#acks.get(peer);
    if (acks === undefined) this.#acks.set(peer, (acks = new Map()));
    acks.set(toHex(id), { id, epoch: this.#epoch + 1 + this.#options.ackDelayEpochs });
  }

  #isMember(group: string, peer: string): boolean {
    return this.#members.get(group)?.has(peer) === true;
  }

  #groupsWith(peer: string): Set<string> {
    return new Set(
      [...this.#members].filter(([, peers]) => peers.has(peer)).map(([group]) => group),
    );
  }

  #addFilters(to: (peer: string) => Payload): void {
    const { filters, random } = this.#options;
    if (filters === undefined) return;
    for (const peer of this.#turns.next(this.#peers, this.#epoch)) {
      const groups = this.#groupsWith(peer);
      to(peer).available = this.#held.available(groups, filters.falsePositiveRate, random);
    }
  }

  #compare(peer: string, available: Available): void {
    const { filters } = this.#options;
    if (filters === undefined) return;
    this.#turns.asked(peer, this.#epoch);
    this.#held.compare(this.#groupsWith(peer), available, (held, maybe) => {
      const state = this.#states.get(peer, held.key);
      if (state !== undefined) this.#judge(state, maybe, filters);
      else if (!maybe && filters.answers === "held") this.#toAnswer(peer, held);
    });
  }

  /** What a filter says of a message that the peer has not acknowledged. */
  #judge(state: SyncState, maybe: boolean, { maybe: rule }: FilterOptions): void {
    if (!maybe) {
      state.kind = "message";
      state.sendCount = 0;
      this.#states.plan(state, this.#epoch + 1);
    } else if (rule === "acked") this.#states.remove(state.peer, state.id);
    else {
      state.kind = "offer";
      this.#states.plan(state, this.#epoch + this.#options.mostBackOffEpochs);
    }
  }

  #toAnswer(peer: string, held: Held): void {
    let answers = this.#answers.get(peer);
    if (answers === undefined) this.#answers.set(peer, (answers = new Set()));
    answers.add(held);
  }

  /** The first of them that fit: the next filter brings the others. */
  #answer(payload: Payload, answers: ReadonlySet<Held>): void {
    let left = FILTER_ANSWER_BYTES;
    for (const { message } of answers) {
      if (left <= 0) return;
      left -= message.body.length;
      if (!payload.messages.includes(message)) payload.messages.push(message);
    }
  }
}

/** So many of them at random, or all. */
function drawn(from: readonly string[], count: number, random: Random): string[] {
  if (count >= from.length) return [...from];
  const left = [...from];
  return Array.from({ length: count }, () => left.splice(random.below(left.length), 1)[0]!);
}
