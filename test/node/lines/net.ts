// Engines at the ends of access lines with a rate, a buffer, a delay and losses, in virtual time.
import { heldOf } from "../../../node/sets/held.ts";
import type { MaxRate } from "../../../node/core/max-rate.ts";
import { ADAPTIVE } from "../../../node/core/profile.ts";
import { SeededRandom } from "../../../node/testing/random.ts";
import type { Address } from "../../../wire/address.ts";
import type { Bundle } from "../../../wire/bundle.ts";
import { bundle, host, policy, Rig, type Sent, storeOf } from "../../hostile/rig.ts";

const HEADERS_BYTES = 28;
const STEP_LIMIT = 5_000_000;

export interface Access {
  /** From here to the middle of the network. */
  delayMs?: number;
  /** Both ways. */
  bitsPerSecond?: number;
  bufferMs?: number;
  /** Of each datagram, up and down. */
  loss?: number;
  /** What the node's user lets it take of the line. */
  maxRate?: MaxRate;
}

interface Event {
  atMs: number;
  order: number;
  run: () => void;
}

/** One direction of an access line: a queue that drops what it has no room for. */
class Queue {
  readonly #bytesPerMs: number;
  readonly #bufferMs: number;
  #freeMs = 0;
  mostMs = 0;
  dropped = 0;
  /** How long each datagram waited. BOUNDED: by the test. */
  readonly waits: number[] = [];

  constructor({ bitsPerSecond = Infinity, bufferMs = 500 }: Access) {
    this.#bytesPerMs = bitsPerSecond / 8_000;
    this.#bufferMs = bufferMs;
  }

  /** When it has gone through; undefined when it was dropped. */
  pass(now: number, bytes: number): number | undefined {
    const waitMs = Math.max(0, this.#freeMs - now);
    if (waitMs > this.#bufferMs) {
      this.dropped += 1;
      return undefined;
    }
    this.mostMs = Math.max(this.mostMs, waitMs);
    this.waits.push(waitMs);
    this.#freeMs = now + waitMs + (bytes + HEADERS_BYTES) / this.#bytesPerMs;
    return this.#freeMs;
  }
}

/** Datagrams in one direction. */
export class Flow {
  readonly #datagrams: { atMs: number; bytes: number }[] = [];

  add(atMs: number, bytes: number): void {
    this.#datagrams.push({ atMs, bytes });
  }

  /** Bytes per second, from so many ms after the first to the last. */
  rate(afterMs = 0): number {
    const startMs = this.#datagrams[0]!.atMs + afterMs;
    const counted = this.#datagrams.filter(({ atMs }) => atMs >= startMs);
    const bytes = counted.reduce((sum, datagram) => sum + datagram.bytes, 0);
    return (1_000 * bytes) / (counted.at(-1)!.atMs - startMs);
  }
}

export class Node {
  readonly address: Address;
  readonly rig: Rig;
  readonly access: Access;
  readonly up: Queue;
  readonly down: Queue;
  /** Its event loop is busy until then: timers and datagrams wait. */
  busyUntilMs = -Infinity;
  /** Bytes of datagrams with bundles, and when they left and came. */
  readonly left: Flow = new Flow();
  readonly came: Flow = new Flow();

  constructor(index: number, rig: Rig, access: Access) {
    this.address = host(index);
    this.rig = rig;
    this.access = access;
    this.up = new Queue(access);
    this.down = new Queue(access);
    rig.keepsEvents = false;
  }
}

/** Nodes joined by a network whose middle is never full. */
export class Lines {
  readonly nodes: Node[] = [];
  now = 1_000;
  bytes = 0;
  datagrams = 0;
  /** Waits in queues, in ms, of whatever is sent by `probe`. */
  readonly #random = new SeededRandom(9, "lines");
  readonly #events: Event[] = [];
  #order = 0;

  add(rig: Rig, access: Access = {}): Node {
    const node = new Node(this.nodes.length, rig, access);
    this.nodes.push(node);
    return node;
  }

  at(atMs: number, run: () => void): void {
    const event = { atMs, order: this.#order++, run };
    let low = 0;
    let high = this.#events.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#events[middle]!.atMs > atMs) low = middle + 1;
      else high = middle;
    }
    this.#events.splice(low, 0, event);
  }

  /** A datagram of so many bytes from one node's line to another's; `arrive` unless it is lost. */
  carry(from: Node, to: Node, bytes: number, arrive: () => void): void {
    this.bytes += bytes;
    this.datagrams += 1;
    const delayMs = (from.access.delayMs ?? 0) + (to.access.delayMs ?? 0);
    const sentMs = this.#lost(from) ? undefined : from.up.pass(this.now, bytes);
    if (sentMs === undefined) return;
    this.at(sentMs + delayMs, () => {
      const cameMs = this.#lost(to) ? undefined : to.down.pass(this.now, bytes);
      if (cameMs !== undefined) this.at(cameMs, arrive);
    });
  }

  /** Until `isDone`, or the limit; returns the ms that it took, Infinity if it was not done. */
  run(limitMs: number, isDone: () => boolean): number {
    const startMs = this.now;
    for (let steps = 0; steps < STEP_LIMIT; steps += 1) {
      if (isDone()) return this.now - startMs;
      const due = Math.min(this.#events.at(-1)?.atMs ?? Infinity, ...this.#deadlines());
      if (due > startMs + limitMs) break;
      this.now = Math.max(this.now, due);
      for (const node of this.nodes) this.#tick(node);
      while ((this.#events.at(-1)?.atMs ?? Infinity) <= this.now) this.#events.pop()!.run();
      for (const node of this.nodes) this.#deliver(node);
    }
    return isDone() ? this.now - startMs : Infinity;
  }

  #deadlines(): number[] {
    return this.nodes.map(({ rig, busyUntilMs }) => Math.max(rig.engine.deadline(), busyUntilMs));
  }

  #tick({ rig, busyUntilMs }: Node): void {
    if (busyUntilMs > this.now) return;
    rig.now = this.now;
    if (rig.engine.deadline() <= this.now) rig.handle({ kind: "tick" });
  }

  #deliver(node: Node): void {
    for (const sent of node.rig.sent.splice(0)) this.#send(node, sent);
  }

  #send(from: Node, { to, bytes, message }: Sent): void {
    const node = this.nodes.find(({ address }) => address.key === to.key);
    if (node === undefined) return;
    const isBundles = message.kind === "bundles";
    if (isBundles) from.left.add(this.now, bytes.length);
    const arrive = (): void => {
      if (node.busyUntilMs > this.now) return this.at(node.busyUntilMs, arrive);
      if (isBundles) node.came.add(this.now, bytes.length);
      node.rig.now = this.now;
      node.rig.feed(from.address, bytes);
    };
    this.carry(from, node, bytes.length, arrive);
  }

  #lost({ access }: Node): boolean {
    return access.loss !== undefined && this.#random.float() < access.loss;
  }
}

const payload = new Uint8Array(111);
const made: Bundle[] = [];

/** The same bundles each time, of some 250 bytes. */
export function bundles(count: number): Bundle[] {
  while (made.length < count) made.push(bundle(made.length + 2, { kind: "data", payload }));
  return made.slice(0, count);
}

export interface Joined {
  ms: number;
  lines: Lines;
  newcomer: Node;
  holders: Node[];
}

/** An empty node that remembers some who hold everything. */
export function join(
  count: number,
  newcomer: Access,
  holders: Access[],
  prepare: (lines: Lines) => void = () => undefined,
  limitMs = 120_000,
): Joined {
  const all = bundles(count);
  const lines = new Lines();
  const remembered = holders.map((_, i) => host(i + 1));
  const { maxRate } = newcomer;
  const joining = lines.add(new Rig({ seed: 2, profile: ADAPTIVE, remembered, maxRate }), newcomer);
  const nodes = holders.map((access, i) => {
    const store = storeOf([policy("open"), ...all]);
    const { maxRate } = access;
    return lines.add(new Rig({ seed: 10 + i, profile: ADAPTIVE, store, maxRate }), access);
  });
  prepare(lines);
  const { index } = joining.rig.store;
  const last = all.at(-1)!;
  const holdsAll = (): boolean =>
    index.size > count && index.has(heldOf(last.header.globalTime, last.id));
  return { ms: lines.run(limitMs, holdsAll), lines, newcomer: joining, holders: nodes };
}
