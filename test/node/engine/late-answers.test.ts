// An overlay is left while something of it is under way, and joined again: the late answer is of the run that is over.
import assert from "node:assert/strict";
import { test } from "node:test";
import { SeededRandom } from "../../../node/testing/random.ts";
import type { Effect } from "../../../node/core/effects.ts";
import type { Input } from "../../../node/core/inputs.ts";
import { ADAPTIVE } from "../../../node/core/profile.ts";
import { Engine } from "../../../node/engine/engine.ts";
import type { Message } from "../../../wire/message.ts";
import { MemoryStore } from "../../../node/store/memory.ts";
import {
  INSIDER,
  bareRequest,
  bundle,
  crypto,
  host,
  OVERLAY_HEX,
  OVERLAY_KEY,
  policy,
  storeOf,
} from "../../hostile/rig.ts";

const PEER = host(1);

class Rejoining {
  readonly #engine = new Engine({ role: "node", crypto, random: new SeededRandom(1, "engine") });
  #now = 1_000;

  constructor() {
    this.handle({
      kind: "network",
      networks: [],
      ports: [{ via: 0, family: 4, port: 6_421 }],
    });
    this.join();
  }

  handle(input: Input): Effect[] {
    this.#engine.handle(input, { now: this.#now, wall: 1_800_000_000_000 + this.#now });
    const effects: Effect[] = [];
    for (let next = this.#engine.poll(); next !== undefined; next = this.#engine.poll()) {
      effects.push(next);
    }
    return effects;
  }

  join(store: MemoryStore = storeOf([policy("open")])): void {
    const memberSecret = new Uint8Array(32).fill(2);
    const overlay = {
      key: OVERLAY_KEY,
      memberSecret,
      seeds: [],
      remembered: [],
      profile: ADAPTIVE,
    };
    this.handle({ kind: "join", overlay, store });
  }

  joinAgain(): void {
    this.handle({ kind: "leave", overlay: OVERLAY_HEX });
    this.join();
  }

  /** What is done about a bundle that a validated peer pushes. */
  push(globalTime: number): Effect[] {
    const token = this.#tokenFor();
    this.#say({ ...bareRequest(), token });
    const payload = new Uint8Array(10);
    return this.#say({
      kind: "bundles",
      token,
      bundles: [bundle(globalTime, { kind: "data", payload })],
    });
  }

  publish(reference: number): Effect[] {
    const content = { kind: "data", payload: new Uint8Array(10) } as const;
    return this.handle({ kind: "publish", overlay: OVERLAY_HEX, reference, drafts: [{ content }] });
  }

  #tokenFor(): Uint8Array {
    const response = this.#say(bareRequest()).find(({ kind }) => kind === "send");
    const decoded = INSIDER.decode((response as Extract<Effect, { kind: "send" }>).bytes);
    assert.ok("message" in decoded && "grant" in decoded.message);
    return decoded.message.grant;
  }

  #say(message: Message): Effect[] {
    return this.handle({ kind: "datagram", from: PEER, via: 0, bytes: INSIDER.encode(message) });
  }
}

function only<K extends Effect["kind"]>(effects: Effect[], kind: K): Extract<Effect, { kind: K }> {
  const found = effects.filter((effect) => effect.kind === kind);
  assert.equal(found.length, 1, `one effect ${kind}`);
  return found[0] as Extract<Effect, { kind: K }>;
}

test("a verdict of the former run admits nothing of this one", () => {
  const node = new Rejoining();
  const former = only(node.push(2), "verify");
  node.joinAgain();
  const latter = only(node.push(3), "verify");
  assert.equal(latter.overlay, OVERLAY_HEX);
  const valid = [true];
  assert.deepEqual(
    node.handle({ kind: "verified", overlay: OVERLAY_HEX, job: former.job, valid }),
    [],
  );
  const effects = node.handle({ kind: "verified", overlay: OVERLAY_HEX, job: latter.job, valid });
  assert.equal(only(effects, "commit").add[0]!.header.globalTime, 3);
});

test("a commit of the former run does not end that of this one", () => {
  const node = new Rejoining();
  const former = only(node.publish(1), "commit");
  node.joinAgain();
  const latter = only(node.publish(2), "commit");
  const ended = (batch: number) => node.handle({ kind: "committed", overlay: OVERLAY_HEX, batch });
  assert.deepEqual(ended(former.batch), []);
  const events = ended(latter.batch).flatMap((effect) => {
    return effect.kind === "notify" ? [effect.event.event] : [];
  });
  assert.deepEqual(events, ["bundle", "delivered", "published"]);
});
