import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, it, type TestContext } from "node:test";
import type { ProgressEvent } from "../../node/host/status/progress.ts";
import type { Status } from "../../node/host/status/node-status.ts";
import { Namespaces } from "../helpers/namespaces.ts";
import { ticketAt } from "../helpers/ticket.ts";
import { jsonLines, type Serving, Stage, statusOf, until } from "./program.ts";

/** Everywhere: no address to begin from is told. */
const ANYWHERE: string[] = [];
/** What was not found by then never was, on a machine that is busy with other tests. */
const TIMEOUT_MS = 30_000;
/** After a start: whoever is there has heard all of them. */
const EARLY_ANNOUNCEMENTS = 4;

interface Port {
  device?: string;
  /** The access point passes on nothing to others of its clients. */
  isolated?: boolean;
  /** The switch passes no group on of which it has not heard that anybody is in it. */
  groups?: boolean;
}

/** Machines at one switch, in a house with no router: nothing leads out of it, and nobody tells addresses. */
class House {
  readonly namespaces = new Namespaces("lan");
  readonly stage = new Stage();
  /** By name: the last part of its addresses. */
  readonly #hosts = new Map<string, number>();

  constructor(t: TestContext) {
    t.after(async () => {
      await this.stage.clear();
      this.namespaces.remove();
    });
    this.namespaces.add("switch");
    // It looks at who joins groups, and nobody asks for that.
    this.namespaces.ip("switch", "link add lan type bridge mcast_snooping 1 mcast_querier 0");
    this.namespaces.ip("switch", "link set lan up");
  }

  machine(name: string, port: Port = {}): void {
    this.#hosts.set(name, 2 + this.#hosts.size);
    this.namespaces.add(name);
    this.plug(name, port);
  }

  plug(name: string, { device = "eth0", isolated = false, groups = true }: Port = {}): void {
    const { namespaces } = this;
    namespaces.wire("switch", `port-${name}`, name, device);
    namespaces.ip("switch", `link set port-${name} master lan`);
    const port = `link set port-${name} type bridge_slave`;
    if (isolated) namespaces.ip("switch", `${port} isolated on`);
    if (!groups) namespaces.ip("switch", `${port} mcast_flood off`);
    this.address(name, "add", { device, four: "192.168.1", bits: 24 });
    this.address(name, "add", { device, six: "fd12:3456:" });
  }

  address(
    name: string,
    change: "add" | "del",
    { device = "eth0", four, six, bits = 16 }: { device?: string } & Record<string, unknown>,
  ): void {
    const host = this.#hosts.get(name);
    if (four) this.namespaces.ip(name, `addr ${change} ${four}.${host}/${bits} dev ${device}`);
    const nodad = change === "add" ? " nodad" : "";
    if (six) this.namespaces.ip(name, `addr ${change} ${six}:${host}/64 dev ${device}${nodad}`);
  }

  unplug(name: string): void {
    this.namespaces.ip("switch", `link del port-${name}`);
  }

  node(name: string, ...args: string[]): Promise<Serving> {
    const inside = [...this.namespaces.inside(name), "env", "DISPERSY_NO_LAN=0"];
    return this.stage.run(name, args, ANYWHERE, inside);
  }

  /** Two nodes; the second one has a ticket of the first one that names no place. */
  async two(...args: string[]): Promise<[Serving, Serving]> {
    const first = await this.node("a", ...args);
    return [first, await this.node("b", ticketAt(first.ticket))];
  }

  screen({ home }: Serving): Promise<string> {
    return this.stage.done(["status", "--home", home]);
  }
}

const contacted = ({ overlays }: Status): number => overlays[0]!.candidates.contacted;

function untilStatus(
  what: string,
  { home }: Serving,
  holds: (status: Status) => boolean,
): Promise<void> {
  return until(what, async () => holds(await statusOf(home)), TIMEOUT_MS);
}

async function inTouch(...nodes: Serving[]): Promise<void> {
  for (const node of nodes) {
    await untilStatus("they are in touch", node, (status) => contacted(status) > 0);
  }
}

/** Whoever hears it has by then. */
async function hasAnnounced(node: Serving): Promise<void> {
  await untilStatus("it is announced", node, ({ counters }) => {
    return (counters.announcements ?? 0) >= EARLY_ANNOUNCEMENTS;
  });
}

async function contactedEvent({ program }: Serving) {
  const find = () =>
    jsonLines<ProgressEvent>(program.stdout).find((event) => event.event === "contacted");
  await until("somebody answers", () => find() !== undefined, TIMEOUT_MS);
  const event = find();
  assert.ok(event?.event === "contacted", "nobody answered");
  return event;
}

async function assertAlone(...nodes: Serving[]): Promise<void> {
  for (const { home } of nodes) {
    assert.equal(contacted(await statusOf(home)), 0, `${home} found somebody`);
  }
}

const skip = Namespaces.whyNot();

describe(
  "a ticket that names no place, no router, no tracker, and a switch that passes no groups on",
  { skip },
  () => {
    it("suffice to be found, before a few times what a start takes are over", async (t) => {
      const house = new House(t);
      house.machine("a", { groups: false });
      house.machine("b", { groups: false });
      const first = await house.node("a");
      const startMs = performance.now();
      const second = await house.node("b", ticketAt(first.ticket));
      const readyMs = performance.now();
      const event = await contactedEvent(second);
      const foundMs = performance.now();
      t.diagnostic(
        `found ${Math.round(foundMs - readyMs)} ms after it was ready, ${Math.round(foundMs - startMs)} ms after its start`,
      );
      assert.equal(event.strategy, "announced");
      const ratio = (foundMs - readyMs) / (readyMs - startMs);
      assert.ok(ratio < 3, `${ratio} times what its start took`);
      await inTouch(first, second);
      const [a, b] = await Promise.all([first, second].map(({ home }) => statusOf(home)));
      assert.deepEqual(a!.lan?.interfaces, ["eth0"]);
      assert.equal(a!.lan?.problem, null);
      assert.ok(a!.lan?.heardMsAgo !== null && a!.lan?.hearsItself, "the first one hears nobody");
      assert.ok(
        a!.overlays[0]!.lan.some(({ answers }) => answers),
        "the status names nobody",
      );
      assert.equal(b!.lan?.hearsItself, true);
      const screen = await house.screen(first);
      assert.match(screen, /^LAN {8}announced on eth0; somebody else was heard/m);
      assert.match(screen, /^On LAN {5}\S+: announced itself .* ago, in touch$/m);
    });
  },
);

/** Each is mostly waiting. */
describe("machines at one switch", { skip, concurrency: 3 }, () => {
  it("find each other by the addresses that they give themselves, and by IPv6 alone", async (t) => {
    const house = new House(t);
    for (const name of ["a", "b"]) {
      house.machine(name);
      house.namespaces.ip(name, "addr flush dev eth0 scope global");
      house.address(name, "add", { four: "169.254.7" });
    }
    const [first, second] = await house.two();
    await inTouch(first, second);
    for (const name of ["a", "b"]) {
      house.address(name, "del", { four: "169.254.7" });
      house.address(name, "add", { six: "fd12:3456:" });
    }
    await untilStatus("they are in touch by IPv6", second, ({ overlays }) => {
      return overlays[0]!.lan.some(
        ({ address, answers }) => answers && address.startsWith("[fd12"),
      );
    });
  });

  it("do not with --no-lan on one side", async (t) => {
    const house = new House(t);
    house.machine("a");
    house.machine("b");
    const [first, second] = await house.two("--no-lan");
    await hasAnnounced(second);
    await assertAlone(first, second);
    const status = await statusOf(first.home);
    assert.equal(status.lan, null);
    assert.equal(status.counters.announcements, undefined, "it announces itself");
  });

  it("do not by a bridge of containers, whose machines are this one", async (t) => {
    const house = new House(t);
    house.machine("a", { device: "docker0" });
    house.machine("b", { device: "docker0" });
    const [first, second] = await house.two();
    await untilStatus("it had the time", second, ({ uptimeMs }) => uptimeMs > 2_000);
    await assertAlone(first, second);
    for (const node of [first, second]) {
      const { counters } = await statusOf(node.home);
      assert.equal(counters.announcements, undefined, "it announces itself");
    }
    assert.match(
      await house.screen(first),
      /^LAN {8}none: no network of machines around this one$/m,
    );
  });

  it("find each other again after the cable was out, also where the interface is another one then", async (t) => {
    const house = new House(t);
    house.machine("a");
    house.machine("b");
    const [first, second] = await house.two();
    await inTouch(first, second);
    house.unplug("b");
    await untilStatus("it notices", second, ({ lan }) => lan?.interfaces.length === 0);
    house.plug("b");
    await untilStatus("it is announced again", second, ({ lan }) => lan?.interfaces[0] === "eth0");
    await inTouch(first, second);
    const { lan, counters } = await statusOf(second.home);
    assert.equal(lan?.problem, null);
    assert.equal(counters.defects, undefined, "an exception came out of it");
  });

  it("are told what may be wrong where the access point isolates its clients", async (t) => {
    const house = new House(t);
    house.machine("a", { isolated: true });
    house.machine("b", { isolated: true });
    const [first, second] = await house.two();
    await hasAnnounced(second);
    await assertAlone(first, second);
    const { lan } = await statusOf(second.home);
    assert.equal(lan?.heardMsAgo, null);
    assert.equal(lan?.hearsItself, true, "its own announcements do not come back");
    const screen = await house.screen(second);
    assert.match(screen, /^LAN {8}announced on eth0; nobody else was heard for/m);
  });

  it("say so where another program has the port for itself, and go on without", async (t) => {
    const house = new House(t);
    house.machine("a");
    const code = "require('dgram').createSocket('udp4').bind(6423,()=>console.log('bound'))";
    const [ip = "", ...words] = house.namespaces.inside("a");
    const holder = spawn(ip, [...words, process.execPath, "-e", code]);
    t.after(() => holder.kill("SIGKILL"));
    await once(holder.stdout, "data");
    const node = await house.node("a");
    await untilStatus("it is said", node, ({ lan }) => {
      return /port 6423: another program/.test(lan?.problem ?? "");
    });
    holder.kill("SIGKILL");
    await untilStatus("it listens", node, ({ lan }) => lan?.problem === null);
  });
});
