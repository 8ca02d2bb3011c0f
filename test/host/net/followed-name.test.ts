import assert from "node:assert/strict";
import { test } from "node:test";
import type { Liveness } from "../../../candidates/liveness.ts";
import { MAX_ADDRESSES_PER_NAME } from "../../../node/host/net/endpoint.ts";
import { FollowedName } from "../../../node/host/net/followed-name.ts";
import { createLog } from "../../../node/host/log.ts";
import { SeededRandom } from "../../../node/testing/random.ts";

const PLACE = { host: "tracker.example", port: 6421 };
const LOOK_MS = 500;

/** A name, a resolver that says what the test wants, and time that passes when the test says so. */
class World {
  readonly name: FollowedName;
  now = 0;
  era = 0;
  answer: string[] | string = "ENOTFOUND";
  readonly lookups: number[] = [];
  readonly states = new Map<string, Liveness>();

  /** What was logged. */
  readonly said: string[] = [];

  constructor(lookUp?: () => Promise<string[]>) {
    this.name = new FollowedName(PLACE, {
      log: createLog({ write: (line) => this.said.push(line) }),
      random: new SeededRandom(1, "names"),
      now: () => this.now,
      liveness: ({ host }) => this.states.get(host) ?? "unknown",
      lookUp: async () => {
        this.lookups.push(this.now);
        if (lookUp !== undefined) return lookUp();
        if (typeof this.answer === "object") return this.answer;
        throw Object.assign(new Error("no address"), { code: this.answer });
      },
    });
  }

  async pass(ms: number): Promise<void> {
    for (const end = this.now + ms; this.now < end; this.now += LOOK_MS)
      await this.name.look(this.era);
  }

  get hosts(): string[] {
    return this.name.addresses.map(({ host }) => host);
  }

  get pauses(): number[] {
    return this.lookups.slice(1).map((at, i) => at - this.lookups[i]!);
  }
}

test("a name that does not exist is looked up after 1, 2, 4 s and so on, once a minute in the end", async () => {
  const world = new World();
  await world.pass(600_000);
  const wanted = [1, 2, 4, 8, 16, 32, 60, 60].map((seconds) => seconds * 1_000);
  for (const [nth, most] of wanted.entries()) {
    const pause = world.pauses[nth]!;
    assert.ok(pause >= most * 0.75 && pause < most + 2 * LOOK_MS, `${pause} ms for ${most}`);
  }
});

test("while no resolver answers, never less often than every 4.5 s", async () => {
  const world = new World();
  world.answer = "EAI_AGAIN";
  await world.pass(600_000);
  assert.ok(Math.max(...world.pauses) <= 4_000 + LOOK_MS);
});

test("none while somebody answers, and at once when nobody does any more", async () => {
  const world = new World();
  world.answer = ["192.0.2.1", "192.0.2.2"];
  await world.pass(1_000);
  world.states.set("192.0.2.1", "answers").set("192.0.2.2", "silent");
  await world.pass(3_600_000);
  assert.equal(world.lookups.length, 1);
  world.states.set("192.0.2.1", "silent");
  const from = world.now;
  await world.pass(10_000);
  assert.equal(world.lookups[1], from);
  assert.ok(world.lookups.length > 3, "and again while it stays silent");
});

test("who was not asked yet is waited for", async () => {
  const world = new World();
  world.answer = ["192.0.2.1"];
  await world.pass(60_000);
  assert.equal(world.lookups.length, 1);
});

test("when it moves, the old address goes if it is silent, and stays while it answers", async () => {
  const world = new World();
  world.answer = ["192.0.2.1", "192.0.2.2"];
  await world.pass(1_000);
  world.states.set("192.0.2.1", "silent").set("192.0.2.2", "silent");
  world.answer = ["192.0.2.3"];
  await world.pass(1_000);
  assert.deepEqual(world.hosts, ["192.0.2.3"]);

  world.states.set("192.0.2.3", "answers");
  world.answer = ["192.0.2.4"];
  world.era++;
  await world.pass(1_000);
  assert.deepEqual(world.hosts, ["192.0.2.4", "192.0.2.3"]);
  world.states.set("192.0.2.3", "silent").set("192.0.2.4", "answers");
  await world.pass(1_000);
  assert.deepEqual(world.hosts, ["192.0.2.4"]);
});

test("silent addresses that the name still stands for are kept: somebody may be starting there", async () => {
  const world = new World();
  world.answer = ["192.0.2.1"];
  world.states.set("192.0.2.1", "silent");
  await world.pass(60_000);
  world.answer = "ENOTFOUND";
  await world.pass(600_000);
  assert.deepEqual(world.hosts, ["192.0.2.1"]);
});

test("another network or a sleep: at once, whatever the last pause was and whoever answered", async () => {
  const world = new World();
  await world.pass(600_000);
  const before = world.lookups.length;
  world.era++;
  world.answer = ["192.0.2.1"];
  const from = world.now;
  await world.pass(LOOK_MS);
  assert.deepEqual(world.lookups.slice(before), [from]);
  world.states.set("192.0.2.1", "answers");
  world.era++;
  await world.pass(LOOK_MS);
  assert.equal(world.lookups.length, before + 2);
});

test("a lookup that hangs in a network that is gone neither holds up the next nor is believed", async () => {
  const hanging: ((ips: string[]) => void)[] = [];
  const world = new World(() => new Promise((resolve) => hanging.push(resolve)));
  const first = world.name.look(0);
  await world.name.look(0);
  assert.equal(hanging.length, 1, "one at a time");
  const second = world.name.look(1);
  assert.equal(hanging.length, 2);
  hanging[1]!(["192.0.2.2"]);
  await second;
  hanging[0]!(["192.0.2.1"]);
  await first;
  assert.deepEqual(world.hosts, ["192.0.2.2"]);
});

test("a name that stands for others each time fills no memory", async () => {
  const world = new World();
  for (let era = 0; era < 100; era++) {
    world.era = era;
    world.answer = [`10.0.${era}.1`, `10.0.${era}.2`];
    for (const host of world.answer) world.states.set(host, "answers");
    await world.pass(LOOK_MS);
  }
  assert.equal(world.hosts.length, MAX_ADDRESSES_PER_NAME);
  assert.equal(world.hosts[0], "10.0.99.1");
});

test("what a resolver says after the end is told to nobody", async () => {
  const gone = Object.assign(new Error("no resolver"), { code: "EAI_AGAIN" });
  for (const isClosed of [false, true]) {
    let fail = (): void => {};
    const world = new World(() => new Promise((_, reject) => (fail = () => reject(gone))));
    const looking = world.name.look(0);
    if (isClosed) world.name.close();
    fail();
    await looking;
    assert.equal(world.said.length, isClosed ? 0 : 1);
  }
});
