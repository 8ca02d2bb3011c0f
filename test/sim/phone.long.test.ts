import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { ADAPTIVE, type Profile } from "../../node/core/profile.ts";
import { publicHost } from "../../node/testing/addresses.ts";
import { NatDevice } from "../../node/testing/nat.ts";
import { NAT_KINDS } from "../../node/testing/nat-kinds.ts";
import type { SimNode } from "../../node/testing/node.ts";
import { World } from "../../node/testing/world.ts";

/* A phone: it runs a tenth of the time, and changes its network while it syncs. */

const STEP_MS = 5_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const SESSION_MS = HOUR_MS / 10;
const SESSIONS = 5;
/** What the others write while it is away: some 0.3 MB, which takes several round trips. */
const MISSED = 600;
const PAYLOAD_BYTES = 256;
/** With author, signature, header and its share of a datagram; a private payload is padded to 64 bytes. */
const BUNDLE_BYTES = 480;
/**
 * Its walk: a request and a response each way per step, and one a second in the first half minute; some 200 bytes
 * each. A tenth of 720 steps, and those of a fast start after the start and after each change of network.
 */
const WALK_BYTES = (72 + 3 * 30) * 4 * 200;
/** What comes twice after a change of network: what was under way, of two peers as much as is asked for at first. */
const AGAIN_BYTES = 2 * 32 * 1024;
/** What an engine holds besides its bundles, and the collector's leavings. */
const GROWTH_MIB = 4;
/** Its host looks at its networks so often. */
const POLL_MS = 5_000;
const FIRST_HOST = 10_000;
const MIB = 1024 * 1024;

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

function heapMib(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed / MIB;
}

interface Session {
  /** From its start until the first bundle came, and until all had. */
  firstMs: number;
  allMs: number;
  bytes: number;
  /** Bundles that were told of, and distinct ones. */
  told: number;
}

class Phone {
  readonly world: World;
  readonly node: SimNode;
  readonly others: SimNode[];
  #told = 0;
  #hosts = 0;

  constructor(profile: Profile) {
    this.world = new World({ seed: "phone", link: { jitterMs: 10, loss: 0.01 } });
    const overlay = this.world.overlay();
    const seeds = [this.world.addTracker()];
    const add = (founder: boolean): SimNode =>
      this.world.addNode({ overlay, seeds, nat: "eif", founder });
    this.others = [true, false].map(add);
    const lan = this.world.addLan("apdf");
    this.node = this.world.addNode({ overlay, seeds, lan, profile });
    this.node.onEvent((event) => (this.#told += event.event === "bundle" ? 1 : 0));
    this.world.runFor(2 * MINUTE_MS);
    this.node.stop();
  }

  get hasAll(): boolean {
    return this.world.held(this.node) === this.world.held(this.others[0]!);
  }

  /** Away for the rest of an hour, in which others write; then there, and in another network twice. */
  session(missed: number, moves: boolean): Session {
    const { world, node, others } = this;
    for (let i = 0; i < missed; i += others.length) {
      for (const other of others) world.publish(other, [world.random(`${i}`).bytes(PAYLOAD_BYTES)]);
    }
    world.runFor(HOUR_MS - SESSION_MS);
    assert.ok(
      others.every((other) => world.held(other) === world.held(others[0]!)),
      "the others hold the same",
    );
    const [startMs, held, told, bytes] = [world.now, world.held(node), this.#told, this.#bytes];
    node.start();
    world.runUntil(() => world.held(node) > held, startMs + SESSION_MS);
    const firstMs = world.now - startMs;
    if (moves) this.#move();
    world.runUntil(() => this.hasAll, startMs + SESSION_MS);
    const allMs = world.now - startMs;
    if (moves) {
      world.runFor(MINUTE_MS);
      this.#move();
    }
    world.run(startMs + SESSION_MS);
    node.stop();
    return { firstMs, allMs, bytes: this.#bytes - bytes, told: this.#told - told };
  }

  get #bytes(): number {
    return this.node.endpoints.reduce(
      (sum, { sent, received }) => sum + sent.bytes + received.bytes,
      0,
    );
  }

  /** Another NAT and another address, all of a sudden; its host notices when it looks. */
  #move(): void {
    const { lan } = this.node.endpoints[0]!;
    const { network, clock } = this.world;
    const random = this.world.random(`nat ${this.#hosts}`);
    const device = new NatDevice(NAT_KINDS.apdf, publicHost(FIRST_HOST + this.#hosts++), random);
    network.renumber(lan!, device);
    clock.at(this.world.now + random.float() * POLL_MS, { fire: () => this.node.networkChanged() });
  }
}

describe("a node with 10 % uptime", () => {
  test("that changes its network in mid-sync stays within its ceilings of delay, bytes and memory", () => {
    const phone = new Phone(ADAPTIVE);
    const sessions: Session[] = [];
    const heaps: number[] = [];
    for (let i = 0; i < SESSIONS; i++) {
      sessions.push(phone.session(MISSED, true));
      heaps.push(heapMib());
    }
    for (const [i, { firstMs, allMs, bytes, told }] of sessions.entries()) {
      assert.ok(firstMs <= STEP_MS, `session ${i}: the first bundle after ${firstMs} ms`);
      // It notices within POLL_MS, and asks everybody that it knows at once.
      assert.ok(allMs <= POLL_MS + 3 * STEP_MS, `session ${i}: all after ${allMs} ms`);
      assert.equal(told, MISSED, `session ${i}: each is told of once`);
      const ceiling = MISSED * BUNDLE_BYTES + WALK_BYTES + AGAIN_BYTES;
      assert.ok(bytes <= ceiling, `session ${i}: ${bytes} bytes in an hour, ${ceiling} at most`);
    }
    // All nodes of the world share each bundle's bytes: what grows is what each one knows of it.
    const grown = heaps.at(-1)! - heaps[1]!;
    const bundlesMib = ((SESSIONS - 2) * MISSED * (BUNDLE_BYTES + 5 * 400)) / MIB;
    assert.ok(grown <= bundlesMib + GROWTH_MIB, `${grown} MiB, of which bundles ${bundlesMib}`);
  });

  test("and nothing to fetch costs a tenth of the walk, and no memory", () => {
    const phone = new Phone(ADAPTIVE);
    phone.session(4, false);
    const before = heapMib();
    for (let i = 0; i < SESSIONS; i++) {
      const { bytes } = phone.session(4, true);
      assert.ok(
        bytes <= WALK_BYTES + 4 * BUNDLE_BYTES,
        `${bytes} of ${WALK_BYTES} bytes in an hour`,
      );
    }
    assert.ok(heapMib() - before <= GROWTH_MIB, `${heapMib() - before} MiB`);
  });

  test("is served within one step when it returns; without the fast start much later", () => {
    const longest = (profile: Profile): number => {
      const phone = new Phone(profile);
      return Math.max(...[1, 2, 3].map(() => phone.session(8, false).allMs));
    };
    const fast = longest(ADAPTIVE);
    assert.ok(fast <= STEP_MS, `${fast} ms`);
    // Its first step is somewhere within a step, and whom it asks then may not be there.
    const slow = longest({ ...ADAPTIVE, fastStart: false });
    assert.ok(slow > 2 * fast, `${slow} ms, ${fast} ms with it`);
  });
});
