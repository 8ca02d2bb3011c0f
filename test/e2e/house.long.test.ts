import { ticketAt } from "../helpers/ticket.ts";
import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, it } from "node:test";
import { formatHostPort } from "../../wire/place.ts";
import { parseTicket } from "../../wire/ticket.ts";
import { Namespaces } from "../helpers/namespaces.ts";
import { type Serving, Stage, statusOf, until } from "./program.ts";

const ROUTER = fileURLToPath(new URL("../helpers/home-router.ts", import.meta.url));
/** Addresses of ranges that their holders do not announce; they exist inside the namespaces only. */
const PUBLIC_IP = "11.10.0.2";
const TRACKER = "26.1.0.9";
/** Where the house sees the tracker: at its router, which passes on what comes. */
const FACE = "26.1.0.2";
const BRIDGES = 10;
/** Everywhere: no address to begin from is told. */
const ANYWHERE: string[] = [];
/** A start on a busy machine and several steps of the walk; what was not found by then never was. */
const TIMEOUT_MS = 30_000;

const skip = Namespaces.whyNot();

/**
 * Two machines behind one router, each with as many bridges of containers as a developer's, and a tracker on the
 * Internet.
 */
class House {
  readonly namespaces = new Namespaces();
  readonly stage = new Stage();
  #router: ChildProcess | undefined;

  build(bridges: number, { routed = true } = {}): void {
    const { namespaces } = this;
    for (const name of ["router", "a", "b", "internet"]) namespaces.add(name);
    namespaces.ip("router", "link add lan type bridge");
    for (const [name, host] of [
      ["a", 2],
      ["b", 3],
    ] as const) {
      // There before the network is, as after a start of the machine.
      for (let nth = 0; nth < bridges; nth++) this.#bridge(name, nth);
      namespaces.wire("router", `port-${name}`, name, "eth0");
      namespaces.ip("router", `link set port-${name} master lan`);
      namespaces.ip(name, `addr add 192.168.1.${host}/24 dev eth0`);
      namespaces.ip(name, `addr add fd12:3456::${host}/64 dev eth0 nodad`);
      if (!routed) continue;
      namespaces.ip(name, "route add default via 192.168.1.1");
      namespaces.ip(name, "route add default via fd12:3456::1");
    }
    namespaces.ip("router", "addr add 192.168.1.1/24 dev lan");
    namespaces.ip("router", "link set lan up");
    namespaces.ip("router", `addr add ${FACE}/32 dev lo`);
    namespaces.wire("router", "wan", "internet", "house");
    namespaces.ip("router", `addr add ${PUBLIC_IP} peer ${TRACKER} dev wan`);
    namespaces.ip("internet", `addr add ${TRACKER} peer ${PUBLIC_IP} dev house`);
  }

  /** One with a member, since a bridge without is down. The first one is the same on both machines. */
  #bridge(name: string, nth: number): void {
    const bridge = nth === 0 ? "docker0" : `br-${nth}`;
    const mine = name === "a" || nth === 0 ? 1 : 2;
    const { namespaces } = this;
    namespaces.ip(name, `link add ${bridge} type bridge`);
    namespaces.wire(name, `member${nth}`, name, `container${nth}`);
    namespaces.ip(name, `link set member${nth} master ${bridge}`);
    namespaces.ip(name, `link set ${bridge} up`);
    namespaces.ip(name, `addr add 172.${17 + nth}.0.${mine}/16 dev ${bridge}`);
    namespaces.ip(name, `addr add fd00:${17 + nth}::${mine}/64 dev ${bridge} nodad`);
  }

  async openTracker(): Promise<void> {
    const args = [PUBLIC_IP, `${TRACKER}:6421`, `${FACE}:6421`];
    this.#router = await this.namespaces.start("router", ROUTER, ...args);
    const inside = this.namespaces.inside("internet");
    await this.stage.start(["tracker", "--json"], "", inside).first();
  }

  node(name: "a" | "b", ...args: string[]): Promise<Serving> {
    return this.stage.run(name, args, ANYWHERE, this.namespaces.inside(name));
  }

  async leave(): Promise<void> {
    this.#router?.kill("SIGKILL");
    await this.stage.clear();
    this.namespaces.remove();
  }
}

async function meet(first: Serving, second: Serving): Promise<number> {
  const beginning = performance.now();
  await until(
    "both nodes of the house are peers",
    async () => {
      const both = await Promise.all([first, second].map(({ home }) => statusOf(home)));
      return both.every(({ overlays }) => overlays[0]!.candidates.contacted > 0);
    },
    TIMEOUT_MS,
  );
  return Math.round(performance.now() - beginning);
}

describe("two machines of one house", { skip }, () => {
  let house: House;
  beforeEach(() => (house = new House()));
  afterEach(() => house.leave());

  for (const bridges of [0, BRIDGES]) {
    it(`find each other by a tracker, with ${bridges} bridges each`, async (context) => {
      house.build(bridges);
      await house.openTracker();
      const asked = ["--tracker", `${FACE}:6421`];
      const first = await house.node("a", ...asked);
      const second = await house.node("b", ticketAt(first.ticket), ...asked);
      context.diagnostic(`peers after ${await meet(first, second)} ms`);
    });

    it(`find each other by a ticket, with ${bridges} bridges each`, async (context) => {
      house.build(bridges);
      const first = await house.node("a");
      const second = await house.node("b", first.ticket);
      context.diagnostic(`peers after ${await meet(first, second)} ms`);
    });
  }

  it("find each other by a ticket where no router is", async () => {
    house.build(BRIDGES, { routed: false });
    const first = await house.node("a");
    await meet(first, await house.node("b", first.ticket));
  });

  it("name the address that their router knows first, of both families", async () => {
    house.build(BRIDGES);
    const { ticket } = await house.node("a");
    const parsed = parseTicket(ticket);
    assert.ok(!("mistake" in parsed));
    const places = parsed.at.map(formatHostPort);
    assert.match(places[0]!, /^192\.168\.1\.2:/);
    assert.match(places[1]!, /^\[fd12:3456::2\]:/);
  });
});
