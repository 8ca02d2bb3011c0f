import { Address } from "../../wire/address.ts";
import { type IpKey, ipKey, publicHost, SIM_PORT } from "../../node/testing/addresses.ts";
import { exponential } from "./churn.ts";
import type { FaultPlan, Recurring } from "./fault-plan.ts";
import { happens } from "../../node/testing/link.ts";
import { NatDevice } from "../../node/testing/nat.ts";
import type { StorageRoom } from "../../node/core/inputs.ts";
import type { SimNode } from "../../node/testing/node.ts";
import type { SeededRandom } from "../../node/testing/random.ts";
import type { Weather } from "./weather.ts";
import type { World } from "../../node/testing/world.ts";

/** New addresses: far from those that a world gives its hosts. */
const FIRST_MOVED_HOST = 20_000;
/** A host looks at its networks so often. */
const NETWORK_POLL_MS = 5_000;
/** A longer gap than this between wall and monotonic clock makes a host begin afresh. */
const NOTICED_STEP_MS = 30_000;

/** A host measures its disk so often; when a write failed, at once. */
const DISK_POLL_MS = 5_000;
const YEAR_MS = 365 * 86_400_000;
/** A year ahead and back; before this program was made. */
const LEAPS_MS = [YEAR_MS, -YEAR_MS, -30 * YEAR_MS];

/** Does to the nodes of a world what its plan says, as long as faults last. */
export class Nemesis {
  readonly #world: World;
  readonly #plan: FaultPlan;
  readonly #nodes: readonly SimNode[];
  readonly #weather: Weather;
  readonly #random: SeededRandom;
  readonly #disturbed: (node: SimNode) => void;
  #movedHosts = 0;

  constructor(parts: {
    world: World;
    plan: FaultPlan;
    nodes: readonly SimNode[];
    weather: Weather;
    /** Told when a node stood still or had to begin afresh. */
    disturbed: (node: SimNode) => void;
  }) {
    this.#world = parts.world;
    this.#plan = parts.plan;
    this.#nodes = parts.nodes;
    this.#weather = parts.weather;
    this.#disturbed = parts.disturbed;
    this.#random = parts.world.random("nemesis");
  }

  start(): void {
    const { partition, clogs, crashes, churn, pauses, clockSteps, moves } = this.#plan;
    const { clockLeaps, fullDisks, socketShortages } = this.#plan;
    if (partition) this.#recur(partition, () => this.#partition(partition.maxMs));
    if (clogs) this.#recur(clogs, () => this.#clog(clogs.maxMs));
    if (crashes) this.#recur(crashes, () => this.#end(this.#anyNode(), 1, this.#upTo(crashes)));
    if (pauses) this.#recur(pauses, () => this.#pause(this.#anyNode(), this.#upTo(pauses)));
    if (clockSteps) this.#recur(clockSteps, () => this.#stepClock(clockSteps.maxMs));
    if (moves) this.#recur(moves, () => this.#move());
    if (clockLeaps) this.#recur(clockLeaps, () => this.#leap(this.#upTo(clockLeaps)));
    if (fullDisks) this.#recur(fullDisks, () => this.#fillDisk(this.#upTo(fullDisks)));
    if (socketShortages) {
      this.#recur(socketShortages, () => this.#takeSockets(this.#upTo(socketShortages)));
    }
    if (churn === undefined) return;
    this.#nodes.forEach((node, i) => {
      if (!this.#plan.nodes[i]!.restless) return;
      const recurring = { meanMs: churn.meanSessionMs + churn.meanAbsenceMs, maxMs: 0 };
      this.#recur(recurring, () => {
        this.#end(node, churn.crash, exponential(churn.meanAbsenceMs, this.#random));
      });
    });
  }

  /** Ends all faults: everybody runs. */
  end(): void {
    this.#weather.heal();
    this.#weather.calm();
    for (const node of this.#nodes) {
      if (node.paused) this.#resume(node);
      if (node.shortage !== undefined) this.#giveSockets(node);
      if (node.room !== "ample") this.#setRoom(node, "ample");
      if (node.running) node.measureDisk();
      else node.start();
    }
  }

  #partition(maxMs: number): void {
    this.#weather.partition(this.#plan.partition!, this.#ips());
    this.#after(this.#random.float() * maxMs, () => this.#weather.heal());
  }

  #clog(maxMs: number): void {
    const [from, to] = [this.#anyNode(), this.#anyNode()];
    const untilMs = this.#world.now + this.#random.float() * maxMs;
    this.#weather.clog(outside(from), outside(to), untilMs);
  }

  /** Stops a node, in order or not, and starts it again. */
  #end(node: SimNode, crash: number, absenceMs: number): void {
    if (!node.running) return;
    if (node.paused || happens(crash, this.#random)) node.crash();
    else node.stop();
    this.#after(absenceMs, () => {
      if (!node.running) node.start();
    });
  }

  #pause(node: SimNode, forMs: number): void {
    if (!node.running || node.paused) return;
    node.pause();
    const isSleep = happens(0.5, this.#random);
    this.#after(forMs, () => {
      if (!node.paused) return;
      this.#resume(node);
      if (isSleep && forMs > NOTICED_STEP_MS) node.handle({ kind: "resumed" });
    });
  }

  #resume(node: SimNode): void {
    this.#disturbed(node);
    node.resume();
  }

  #stepClock(maxMs: number): void {
    this.#setClock(this.#anyNode(), Math.round((2 * this.#random.float() - 1) * maxMs));
  }

  /** A wall clock goes wrong by a year or more, and is put right. */
  #leap(forMs: number): void {
    const node = this.#anyNode();
    const step = LEAPS_MS[this.#random.below(LEAPS_MS.length)]!;
    this.#setClock(node, step);
    this.#after(forMs, () => this.#setClock(node, -step));
  }

  #setClock(node: SimNode, step: number): void {
    node.wallOffsetMs += step;
    this.#disturbed(node);
    if (node.running && Math.abs(step) > NOTICED_STEP_MS) node.handle({ kind: "resumed" });
  }

  /** A disk runs full, or nearly; its engine hears of it when the host looks. */
  #fillDisk(forMs: number): void {
    const node = this.#anyNode();
    this.#setRoom(node, happens(0.5, this.#random) ? "none" : "reserve");
    this.#after(forMs, () => this.#setRoom(node, "ample"));
  }

  #setRoom(node: SimNode, room: StorageRoom): void {
    node.room = room;
    this.#after(this.#random.float() * DISK_POLL_MS, () => {
      if (node.running) node.measureDisk();
    });
  }

  /** A process opens as many files as it may: it begins so, or comes to it while it runs. */
  #takeSockets(forMs: number): void {
    const node = this.#anyNode();
    if (node.shortage !== undefined) return;
    const isAtStart = happens(0.5, this.#random);
    node.shortage = { sends: happens(0.5, this.#random), networks: isAtStart };
    if (isAtStart) this.#end(node, 1, 0);
    this.#after(forMs, () => this.#giveSockets(node));
  }

  #giveSockets(node: SimNode): void {
    const wasBlind = node.shortage?.networks === true;
    node.shortage = undefined;
    if (!wasBlind || !node.running) return;
    this.#disturbed(node);
    node.networkChanged();
  }

  /** A node behind a NAT gets a new NAT, which it may not notice; others a new address. The founder stays. */
  #move(): void {
    const node = this.#nodes[1 + this.#random.below(this.#nodes.length - 1)]!;
    const endpoint = node.endpoints[0]!;
    const host = publicHost(FIRST_MOVED_HOST + this.#movedHosts++);
    const { network } = this.#world;
    const { lan } = endpoint;
    if (lan === undefined) network.move(endpoint, Address.of(host, SIM_PORT)!);
    else network.renumber(lan, new NatDevice(lan.nat.behaviour, host, this.#random));
    if (lan !== undefined && happens(0.5, this.#random)) return;
    this.#after(this.#random.float() * NETWORK_POLL_MS, () => {
      this.#disturbed(node);
      if (node.running) node.networkChanged();
    });
  }

  #anyNode(): SimNode {
    return this.#nodes[this.#random.below(this.#nodes.length)]!;
  }

  #ips(): IpKey[] {
    return [...new Set(this.#nodes.map((node) => ipKey(outside(node))))];
  }

  #upTo({ maxMs }: Recurring): number {
    return this.#random.float() * maxMs;
  }

  #recur(recurring: Recurring, act: () => void): void {
    this.#after(exponential(recurring.meanMs, this.#random), () => {
      act();
      this.#recur(recurring, act);
    });
  }

  /** Does it then, unless faults are over by then. */
  #after(delayMs: number, act: () => void): void {
    const at = this.#world.now + delayMs;
    if (at < this.#plan.faultMs) this.#world.clock.at(at, { fire: act });
  }
}

/** Where the world sees it: its own address, or its NAT device's with any port. */
function outside(node: SimNode): Address {
  const { address, lan } = node.endpoints[0]!;
  return lan === undefined ? address : Address.of(lan.nat.host, SIM_PORT)!;
}
