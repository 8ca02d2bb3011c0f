import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { DEFAULT_LAB, Lab } from "../../../bench/lab/lab.ts";
import { firstOutput, ownProgram } from "../../../bench/lab/programs.ts";
import { presentPrefixes } from "../../../bench/lab/namespaces.ts";
import { Party, type Endpoint } from "../../../bench/lab/party.ts";
import type { Host } from "../../../bench/lab/plan.ts";
import { noPortMapper, skipReason } from "./available.ts";

const S1: Endpoint = ["26.1.0.2", 5_001];
const S2: Endpoint = ["28.2.0.2", 5_001];

/**
 * The hop limit with which a datagram of `a` just reaches the router of `b`: its own router, those between, and to
 * arrive.
 */
const REACHING_TTL = 1 + DEFAULT_LAB.hops + 1;

describe("what the routers of the lab do besides translating", { skip: skipReason }, () => {
  let lab: Lab;
  const parties = new Map<Host, Party>();
  const party = (host: Host): Party => parties.get(host)!;

  before(async () => {
    lab = await Lab.up({ ...DEFAULT_LAB, isolated: true });
    for (const host of ["a", "a2", "b", "s1", "s2"] as const)
      parties.set(host, new Party(lab, host, host.startsWith("s")));
    for (const host of ["s1", "s2"] as const) await party(host).open(5_001);
  });
  after(() => {
    for (const each of parties.values()) each.end();
    lab?.down();
  });

  it("poisonable: what comes too early takes the port", async () => {
    lab.setNat("a", { kind: "apdf", poisonable: true });
    lab.setNat("b", { kind: "open" });
    assert.equal(await poisoned(64), true);
    assert.equal(
      await poisoned(REACHING_TTL - 1),
      false,
      "a hop limit that ends before the router",
    );
    lab.setNat("a", { kind: "apdf" });
    assert.equal(await poisoned(64), false, "a router that drops it");
  });

  /** Whether `a` has another port towards an endpoint of `b` that sent to it first. */
  async function poisoned(ttl: number): Promise<boolean> {
    const [ours, theirs] = [await party("a").open(), await party("b").open()];
    const outside = (await party("a").seenBy(ours, S1))!;
    party("b").send(theirs, outside, "too early", ttl);
    await party("b").hear(theirs, () => false, 300);
    party("a").send(ours, ["22.20.1.2", theirs], "which port?");
    const heard = await party("b").hear(theirs, ({ text }) => text === "which port?");
    return heard!.from[1] !== outside[1];
  }

  it("session quota and new-flow limit: what is over is dropped", async () => {
    const sink = await party("s1").open(5_100);
    const burst = async (): Promise<number> => {
      const before = party("s1").count(sink);
      for (let i = 0; i < 60; i++) party("a").send(await party("a").open(), [S1[0], sink], `${i}`);
      await party("s1").hear(sink, () => false, 400);
      return party("s1").count(sink) - before;
    };
    lab.setNat("a", { kind: "apdf", sessionQuota: 20 });
    assert.equal(await burst(), 20);
    lab.setNat("a", { kind: "apdf", newFlowsPerSecond: 10 });
    const passed = await burst();
    assert.ok(passed >= 10 && passed < 50, `${passed} of 60`);
    lab.setNat("a", { kind: "apdf" });
    assert.equal(await burst(), 60);
  });

  it("reboot: a NAT that allocates at random gives another port", async () => {
    lab.setNat("a", { kind: "rnd" });
    const at = await party("a").open();
    const first = await party("a").seenBy(at, S1);
    assert.deepEqual(await party("a").seenBy(at, S1), first);
    lab.reboot("ra");
    assert.notDeepEqual(await party("a").seenBy(at, S1), first);
  });

  it("hairpin: the source is external too; without it nothing arrives", async () => {
    for (const hairpin of [true, false]) {
      lab.setNat("a", { kind: "apdf-np", hairpin });
      const [mine, other] = [await party("a").open(), await party("a2").open()];
      const me = await party("a").seenBy(mine, S1);
      const you = (await party("a2").seenBy(other, S1))!;
      party("a").send(mine, you, "round the corner");
      const heard = await party("a2").hear(other, ({ text }) => text === "round the corner");
      assert.deepEqual(heard?.from, hairpin ? me : undefined);
    }
  });

  it("outbound-only refresh: what comes in keeps nothing open", async () => {
    lab.setNat("a", { kind: "apdf", outboundRefreshSeconds: 1 });
    const at = await party("a").open();
    const outside = (await party("a").seenBy(at, S1))!;
    const arrived: boolean[] = [];
    for (let i = 0; i < 6; i++) {
      party("s1").send(S1[1], outside, `${i}`);
      await party("a").hear(at, () => false, 300); // together longer than the mapping lasts
      const came = await party("a").hear(at, ({ text }) => text === `${i}`, 0);
      arrived.push(came !== undefined);
    }
    assert.equal(arrived[0], true);
    assert.equal(arrived.at(-1), false);
  });

  it("port mapping: NAT-PMP opens a port to everybody", { skip: noPortMapper }, async () => {
    lab.setNat("a", { kind: "rnd", portMapping: true });
    // Numbers whose bytes are ASCII, so that a text can ask: UDP, port 0x1234 inside and out, 3,600 s (RFC 6886, 3.3).
    const port = await party("a").open(0x1234);
    const request = "\0\x01\0\0\x12\x34\x12\x34\0\0\x0e\x10";
    let granted;
    for (let tries = 0; tries < 20 && granted === undefined; tries++) {
      party("a").send(port, ["192.168.1.1", 5_351], request); // the daemon may be starting
      granted = await party("a").hear(port, ({ from: [, at] }) => at === 5_351, 500);
    }
    party("s1").send(S1[1], ["11.10.0.2", port], "knock");
    assert.notEqual(await party("a").hear(port, ({ text }) => text === "knock"), undefined);
  });

  it("drift: foreign allocations move a NAT that counts", async () => {
    lab.setNat("a", { kind: "seq" });
    const at = await party("a").open();
    const foreign = lab.spawn("a2", ownProgram("foreign", "200", "29.3.0.2"), {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await firstOutput(foreign);
    const [, first] = (await party("a").seenBy(at, S1))!;
    await party("a").hear(at, () => false, 300);
    const [, second] = (await party("a").seenBy(at, S2))!;
    foreign.kill();
    assert.ok(second - first > 1, `${second - first}`);
  });
});

describe("the lab's Internet", { skip: skipReason }, () => {
  it("holds every datagram for the delay, and loses the share asked for", async () => {
    const lab = await Lab.up({ ...DEFAULT_LAB, loss: 0.1 });
    const echo = lab.spawn("s2", ownProgram("traffic", "echo", "7000"), {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await firstOutput(echo);
    const command = ownProgram("traffic", "send", "28.2.0.2", "7000", "1000", "2");
    const { sent, answered, leastMs } = JSON.parse(lab.exec("s1", command)) as Record<
      string,
      number
    >;
    lab.down();
    assert.ok(leastMs! >= 49, `${leastMs} ms`);
    // 0.9 there and 0.9 back: 81 %, standard deviation 18 of 2,000.
    assert.ok(Math.abs(answered! - 0.81 * sent!) < 90, `${answered} of ${sent}`);
  });

  it("leaves nothing behind", async () => {
    const lab = await Lab.up();
    assert.ok(presentPrefixes().includes(lab.prefix));
    lab.down();
    lab.down();
    assert.ok(!presentPrefixes().includes(lab.prefix));
  });
});
