import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, it } from "node:test";
import { ControlClient } from "../../node/host/control/client.ts";
import type { PeerRow } from "../../node/host/status/rows.ts";
import { Namespaces } from "../helpers/namespaces.ts";
import { type Ready, type Serving, Stage, until } from "./program.ts";

const NAME_SERVER = fileURLToPath(new URL("../helpers/name-server.ts", import.meta.url));
const NAME = "tracker.home.arpa";
const PORT = 6421;
const FIRST = "127.0.0.2";
const SECOND = "127.0.0.3";
/** Long enough that pauses which only double would have grown beyond what is asked for. */
const OUTAGE_MS = 30_000;
/** Asked for are 5 s; the rest is for a machine that is busy with other tests. The old pause was 300 s. */
const FOUND_MS = 15_000;
/** A lonely visit every 10 s at most, 10.5 s of silence, a look, and the same room. */
const FOLLOWED_MS = 45_000;

/** A machine of its own with a resolver of its own. */
class Machine {
  readonly namespaces = new Namespaces();
  readonly stage = new Stage();
  readonly #names = this.stage.path("names.json");
  #server: ChildProcess | undefined;

  constructor() {
    this.namespaces.add("one");
    this.namespaces.etc("one", "resolv.conf", "nameserver 127.0.0.1\n");
    this.namespaces.etc("one", "hosts", "127.0.0.1 localhost\n");
  }

  names(names: Record<string, string[]>): void {
    writeFileSync(this.#names, JSON.stringify(names));
  }

  async serveNames(): Promise<void> {
    this.#server = await this.namespaces.start("one", NAME_SERVER, this.#names);
  }

  async tracker(ip: string): Promise<{ stop: () => Promise<unknown> }> {
    const args = ["tracker", "--json", "--listen", `${ip}:${PORT}`];
    const program = this.stage.start(args, "", this.namespaces.inside("one"));
    await program.first<Ready>();
    return { stop: () => program.stop() };
  }

  node(name: string, ...args: string[]): Promise<Serving> {
    const inside = this.namespaces.inside("one");
    return this.stage.run(name, args, ["--listen", "127.0.0.1:0"], inside);
  }

  /** On all addresses, so that it sees networks change. */
  anywhere(name: string, ...args: string[]): Promise<Serving> {
    return this.stage.run(name, args, [], this.namespaces.inside("one"));
  }

  async leave(): Promise<void> {
    this.#server?.kill("SIGKILL");
    await this.stage.clear();
    this.namespaces.remove();
  }
}

async function peersOf({ home }: Serving): Promise<PeerRow[]> {
  const client = (await ControlClient.connect(home))!;
  try {
    return await client.call("peers", {});
  } finally {
    client.close();
  }
}

async function heardFrom(node: Serving, address: string): Promise<boolean> {
  return (await peersOf(node)).some((row) => row.address === address && row.heardMsAgo != null);
}

async function timeUntil(
  what: string,
  condition: () => Promise<boolean>,
  timeoutMs: number,
): Promise<number> {
  const beginning = performance.now();
  await until(what, condition, timeoutMs);
  return Math.round(performance.now() - beginning);
}

describe("a tracker that is known by name", { skip: Namespaces.whyNot() }, () => {
  let machine: Machine;
  beforeEach(() => (machine = new Machine()));
  afterEach(() => machine.leave());

  it("is found soon after names can be resolved", async (context) => {
    machine.names({ [NAME]: [FIRST] });
    await machine.tracker(FIRST);
    const node = await machine.node("node", "--tracker", `${NAME}:${PORT}`);
    // As after a power cut: the router takes longer to start than the node.
    await new Promise((resolve) => setTimeout(resolve, OUTAGE_MS));
    await machine.serveNames();
    const found = () => heardFrom(node, `${FIRST}:${PORT}`);
    context.diagnostic(`found after ${await timeUntil("found", found, FOUND_MS)} ms`);
  });

  it("is found soon after its name was made, when that was just now", async (context) => {
    machine.names({});
    await machine.serveNames();
    await machine.tracker(FIRST);
    const node = await machine.node("node", "--tracker", `${NAME}:${PORT}`);
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    machine.names({ [NAME]: [FIRST] });
    const found = () => heardFrom(node, `${FIRST}:${PORT}`);
    context.diagnostic(`found after ${await timeUntil("found", found, FOUND_MS)} ms`);
  });

  it("is looked up at once when the network changes, however long it was in vain", async (context) => {
    machine.names({});
    await machine.serveNames();
    await machine.tracker(FIRST);
    const node = await machine.anywhere("node", "--tracker", `${NAME}:${PORT}`);
    // The next lookup would be at least 8 s away.
    await new Promise((resolve) => setTimeout(resolve, 16_500));
    machine.names({ [NAME]: [FIRST] });
    machine.namespaces.wire("one", "eth0", "one", "other");
    machine.namespaces.ip("one", "addr add 192.168.1.2/24 dev eth0");
    const found = () => heardFrom(node, `${FIRST}:${PORT}`);
    context.diagnostic(`found after ${await timeUntil("found", found, FOUND_MS)} ms`);
  });

  it("is followed to another address while other contacts live, and the old one is let go", async (context) => {
    machine.names({ [NAME]: [FIRST] });
    await machine.serveNames();
    const before = await machine.tracker(FIRST);
    const node = await machine.node("node", "--tracker", `${NAME}:${PORT}`);
    const friend = await machine.node("friend", node.ticket);
    const friendAt = friend.ready.listen[0]!;
    await until("both know each other", () => heardFrom(node, friendAt));
    await until("the tracker answers", () => heardFrom(node, `${FIRST}:${PORT}`));
    await before.stop();
    await machine.tracker(SECOND);
    machine.names({ [NAME]: [SECOND] });
    const followed = () => heardFrom(node, `${SECOND}:${PORT}`);
    context.diagnostic(`followed after ${await timeUntil("followed", followed, FOLLOWED_MS)} ms`);
    const rows = await peersOf(node);
    assert.ok(!rows.some(({ address }) => address === `${FIRST}:${PORT}`));
    assert.ok(rows.some(({ address, bucket }) => address === friendAt && bucket === "contacted"));
  });
});
