// Two engines joined by something that is not UDP: in memory, nothing is lost, and a datagram has room for 16 KiB.
import assert from "node:assert/strict";
import { test } from "node:test";
import { SeededRandom } from "../../../node/testing/random.ts";
import type { Input } from "../../../node/core/inputs.ts";
import { ADAPTIVE } from "../../../node/core/profile.ts";
import { Engine } from "../../../node/engine/engine.ts";
import { MemoryStore } from "../../../node/store/memory.ts";
import type { Address } from "../../../wire/address.ts";
import { bundle, crypto, host, OVERLAY_KEY, policy, storeOf } from "../../hostile/rig.ts";

const BUDGET_BYTES = 16 * 1024;
const HELD = 5_000;
/** Virtual. */
const MOST_MS = 60_000;
const LINK_MS = 5;

interface Travelling {
  atMs: number;
  to: Address;
  from: Address;
  bytes: Uint8Array;
}

class MemoryLink {
  now = 1_000;
  /** Sizes of all that was sent. */
  readonly sizes: number[] = [];
  readonly engines = new Map<string, { engine: Engine; address: Address; store: MemoryStore }>();
  #travelling: Travelling[] = [];

  join(address: Address, seeds: Address[], store: MemoryStore): Engine {
    const random = new SeededRandom(this.engines.size, "engine");
    const engine = new Engine({ role: "node", crypto, random });
    this.engines.set(address.key, { engine, address, store });
    const ports = [{ via: 0, family: 4, port: address.port, budget: BUDGET_BYTES }] as const;
    this.#handle(address, { kind: "network", networks: [], ports: [...ports] });
    const memberSecret = new Uint8Array(32).fill(this.engines.size);
    const config = { key: OVERLAY_KEY, memberSecret, seeds, remembered: [], profile: ADAPTIVE };
    this.#handle(address, { kind: "join", overlay: config, store });
    return engine;
  }

  /** Until then, or until `isDone`. */
  run(untilMs: number, isDone: () => boolean): void {
    while (this.now < untilMs && !isDone()) {
      const due = [...this.engines.values()].map(({ engine }) => engine.deadline());
      const next = Math.min(...due, ...this.#travelling.map(({ atMs }) => atMs), untilMs);
      this.now = Math.max(this.now, next);
      const arriving = this.#travelling.filter(({ atMs }) => atMs <= this.now);
      this.#travelling = this.#travelling.filter(({ atMs }) => atMs > this.now);
      for (const { to, from, bytes } of arriving) {
        this.#handle(to, { kind: "datagram", from, via: 0, bytes });
      }
      for (const { address } of this.engines.values()) this.#handle(address, { kind: "tick" });
    }
  }

  #handle(address: Address, first: Input): void {
    const { engine, store } = this.engines.get(address.key)!;
    const inputs = [first];
    for (let input = inputs.shift(); input !== undefined; input = inputs.shift()) {
      engine.handle(input, { now: this.now, wall: 1_800_000_000_000 + this.now });
      for (let effect = engine.poll(); effect !== undefined; effect = engine.poll()) {
        if (effect.kind === "send" && this.engines.has(effect.to.key)) {
          const { to, bytes } = effect;
          this.sizes.push(bytes.length);
          this.#travelling.push({ atMs: this.now + LINK_MS, to, from: address, bytes });
        } else if (effect.kind === "verify") {
          const { overlay, job, checks } = effect;
          inputs.push({ kind: "verified", overlay, job, valid: checks.map(() => true) });
        } else if (effect.kind === "commit") {
          store.apply(effect);
          inputs.push({ kind: "committed", overlay: effect.overlay, batch: effect.batch });
        }
      }
    }
  }
}

test("5,000 bundles cross a link that is not UDP, in datagrams as large as it takes", () => {
  const payload = new Uint8Array(100);
  const bundles = Array.from({ length: HELD - 1 }, (_, i) => {
    return bundle(i + 2, { kind: "data", payload });
  });
  const link = new MemoryLink();
  const empty = new MemoryStore();
  const holder = link.join(host(1), [], storeOf([policy("open"), ...bundles]));
  const joiner = link.join(host(2), [host(1)], empty);
  link.run(MOST_MS, () => empty.index.size === HELD);
  assert.equal(empty.index.size, HELD);
  assert.ok(Math.max(...link.sizes) > BUDGET_BYTES / 2, `${Math.max(...link.sizes)} bytes`);
  assert.ok(Math.max(...link.sizes) <= BUDGET_BYTES);
  const refusals = [...joiner.counters, ...holder.counters].filter(([name]) => {
    return name.startsWith("rejected") || name.startsWith("gate");
  });
  assert.deepEqual(refusals, []);
});
