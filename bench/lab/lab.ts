import { NamespaceLab } from "./namespace-lab.ts";
import { LOWEST_PORT_BASE, SEQUENCE_PORTS, type NatOptions } from "./kinds/kinds.ts";
import { rulesetOf } from "./kinds/ruleset.ts";
import { endProcess } from "./namespaces.ts";
import {
  PORT_MAPPING_COMMAND,
  PORT_MAPPING_READY,
  PORT_MAPPING_TABLE,
  portMappersIn,
} from "./port-mapping.ts";
import { CARRIER_LAN, PLAN, SIDES, ipv6Of, type Router, type Side } from "./plan.ts";
import { lose, slowDown } from "./slow-middle.ts";
import { run, whyUnavailable } from "./system.ts";
import {
  MIDDLE,
  lanSteps,
  topologyOf,
  type Step,
  type Topology,
  type TopologyOptions,
} from "./topology.ts";

export interface LabOptions extends TopologyOptions {
  /** One way through the middle: the half of every round trip between two legs of the Internet. */
  delayMs: number;
  /** Share of the UDP datagrams that the middle loses, 0 to 1. */
  loss: number;
}

export const DEFAULT_LAB: LabOptions = {
  hops: 6,
  delayMs: 25,
  loss: 0,
  doubleNat: [],
  ipv6: false,
  isolated: false,
};

/** What passed a router directly between the sides, and what it keeps. */
export interface Crossings {
  /** Datagrams sent out to the other side, of whatever hop limit. */
  out: number;
  /** Datagrams of the other side that were let in. */
  in: number;
  /** NAT entries made for the other side. */
  flows: number;
  /** Datagrams between hosts of this side that the router turned round. */
  hairpin: number;
  /** NAT entries that the router holds now, of all traffic. */
  entries: number;
}

/** A lab that is up. Nothing of it outlives `down`, nor this process, unless it was brought up to stay. */
export class Lab extends NamespaceLab {
  readonly ipv6: boolean;

  /** `prefix`: of a lab that is there already. */
  constructor(prefix?: string, ipv6 = false) {
    super(prefix);
    this.ipv6 = ipv6;
  }

  /** Brings a lab up, both sides open. Throws a LabUnavailable where that is not possible. */
  static async up(options: LabOptions = DEFAULT_LAB, stay = false): Promise<Lab> {
    const reason = whyUnavailable();
    if (reason !== undefined) throw reason;
    const lab = new Lab(undefined, options.ipv6);
    try {
      lab.#wire(topologyOf(options), options.ipv6);
      await slowDown(lab, MIDDLE, options.delayMs, () =>
        lab.exec("s1", ["ping", "-c", "1", "-W", "1", "-q", "28.2.0.2"]),
      );
      lose(lab, MIDDLE, options.loss, ["udp"]);
      for (const side of options.doubleNat) lab.setCarrier(side, { kind: "apdf" });
      // Behind a provider's NAT nobody has a public address.
      for (const side of SIDES)
        lab.setNat(side, { kind: options.doubleNat.includes(side) ? "apdf" : "open" });
    } catch (error) {
      lab.down();
      throw error;
    }
    if (stay) lab.stay();
    return lab;
  }

  /** Makes the NAT of a side another one: new rules, all mappings forgotten, the hosts numbered to fit. */
  setNat(side: Side, options: NatOptions): void {
    this.#steps(lanSteps(side, options.kind === "open"));
    const { router, carrier, publicIp } = PLAN[side];
    const inner = this.has(carrier) ? CARRIER_LAN.home : publicIp;
    this.#setRules(side, router, inner, options);
  }

  /** Likewise of the provider's NAT in front of a side with double NAT. */
  setCarrier(side: Side, options: NatOptions): void {
    this.#setRules(side, PLAN[side].carrier, PLAN[side].publicIp, options);
  }

  /** What a router forgets when it restarts: all mappings. */
  reboot(router: Router): void {
    this.exec(router, ["conntrack", "-F"]);
    for (const name of ["inside", "sentto", "mapped"])
      this.exec(router, ["sh", "-c", `nft flush set ip lab ${name} 2>&1 || true`]);
  }

  crossings(side: Side): Crossings {
    const { router } = PLAN[side];
    const listed = this.exec(router, ["nft", "-j", "list", "counters"]);
    const { nftables } = JSON.parse(listed) as { nftables: { counter?: Counter }[] };
    const packets = (name: string): number =>
      nftables.reduce(
        (sum, { counter }) => sum + (counter?.name === name ? counter.packets : 0),
        0, // of both families
      );
    return {
      out: packets("direct_out"),
      in: packets("direct_in"),
      flows: packets("direct_flows"),
      hairpin: packets("hairpin"),
      entries: Number(this.exec(router, ["conntrack", "-C"])),
    };
  }

  has(namespace: string): boolean {
    return run("ip", ["netns", "list"]).includes(`${this.prefix}${namespace}`);
  }

  #wire({ namespaces, steps, routers }: Topology, ipv6: boolean): void {
    this.make(namespaces, routers, ipv6);
    this.#steps(steps);
  }

  #steps(steps: readonly Step[]): void {
    for (const { namespace, family, lines } of steps) {
      const text = lines.join("\n").replace(/\{(\w+)\}/g, `${this.prefix}$1`);
      run("ip", [`-${family}`, "-n", this.prefix + namespace, "-batch", "-"], `${text}\n`);
    }
  }

  #setRules(side: Side, router: Router, publicIp: string, options: NatOptions): void {
    const other = PLAN[side === "a" ? "b" : "a"];
    const place = {
      publicIp,
      otherNetwork: other.network,
      otherNetwork6: ipv6Of(other).network,
    };
    const portBase = options.portBase ?? randomPortBase();
    this.exec(router, ["nft", "-f", "-"], rulesetOf({ ...options, portBase }, place));
    this.exec(router, ["conntrack", "-F"]);
    this.#mapPorts(router, options.portMapping === true);
  }

  #mapPorts(router: Router, wanted: boolean): void {
    portMappersIn(this.prefix + router).forEach(endProcess);
    if (!wanted) return;
    this.exec(router, ["nft", "-f", "-"], PORT_MAPPING_TABLE);
    const daemon = this.spawn(router, PORT_MAPPING_COMMAND, {
      stdio: "ignore",
      detached: true,
    });
    daemon.unref();
    this.exec(router, PORT_MAPPING_READY);
  }
}

interface Counter {
  name: string;
  packets: number;
}

/** NATs that count do not all start at the same port. */
function randomPortBase(): number {
  const places = 65_536 - SEQUENCE_PORTS - LOWEST_PORT_BASE;
  return LOWEST_PORT_BASE + Math.floor(Math.random() * places);
}
