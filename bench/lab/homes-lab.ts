/*
 * Three homes, each behind a kernel NAT of its own kind, and two trackers with public addresses, for nobody is searched
 * for at the word of one:
 *
 *   a -- ra --\    /-- s1
 *   b -- rb --- ix
 *   c -- rc --/    \-- s2
 *
 * `ix` holds every packet for the delay and loses some. The addresses are ones that nodes take for global; see plan.ts.
 */
import type { Kind } from "./kinds/kinds.ts";
import { rulesetOf } from "./kinds/ruleset.ts";
import { NamespaceLab } from "./namespace-lab.ts";
import { PRIVATE_LAN } from "./plan.ts";
import { lose, slowDown } from "./slow-middle.ts";
import { whyUnavailable } from "./system.ts";
import { MIDDLE } from "./topology.ts";

export const HOMES = ["a", "b", "c"] as const;
export type Home = (typeof HOMES)[number];
/** The hosts of the trackers. */
export const TRACKERS = ["s1", "s2"] as const;
export type TrackerHost = (typeof TRACKERS)[number];

/** First three numbers of the network between a home's router, or a tracker, and the middle. */
const NETWORKS: Readonly<Record<Home | TrackerHost, string>> = {
  a: "11.10.0",
  b: "22.20.0",
  c: "44.40.0",
  s1: "26.1.0",
  s2: "28.2.0",
};

/** The address of a tracker, or of a home's router. */
export function publicIpOf(name: Home | TrackerHost): string {
  return `${NETWORKS[name]}.2`;
}

const LAN_HOST = PRIVATE_LAN.hosts[0];
/** What the rules count as crossing: everything, for nothing here reads it. */
const ANYWHERE = { otherNetwork: "0.0.0.0/0", otherNetwork6: "::/0" };

/** A lab that is up. Nothing of it outlives `down`, nor this process. */
export class HomesLab extends NamespaceLab {
  /** Throws a LabUnavailable where it cannot be made. */
  static async up(kinds: Readonly<Record<Home, Kind>>, delayMs: number): Promise<HomesLab> {
    const reason = whyUnavailable("measure in virtual time: without --lab");
    if (reason !== undefined) throw reason;
    const lab = new HomesLab();
    try {
      lab.#wire(kinds);
      await slowDown(lab, MIDDLE, delayMs, () =>
        lab.exec("a", ["ping", "-c", "1", "-W", "1", "-q", publicIpOf("s1")]),
      );
    } catch (error) {
      lab.down();
      throw error;
    }
    return lab;
  }

  /** From now on this share of the UDP datagrams is lost, each way. */
  lose(share: number): void {
    lose(this, MIDDLE, share, ["udp"]);
  }

  #wire(kinds: Readonly<Record<Home, Kind>>): void {
    const routers = [MIDDLE, ...HOMES.map((home) => `r${home}`)];
    const all = [...routers, ...HOMES, ...TRACKERS];
    this.make(all, routers, false);
    for (const name of all) this.ip(name, "link set lo up");
    this.addDelayDevice(MIDDLE);
    for (const host of TRACKERS) this.#line(host, host);
    for (const home of HOMES) this.#home(home, kinds[home]);
  }

  /** Joins a namespace to the middle, as the second host of a network. */
  #line(name: Home | TrackerHost, namespace: string): void {
    const network = NETWORKS[name];
    this.joinMiddle(MIDDLE, { name, namespace, device: "wan", network, bits: 24 });
  }

  #home(home: Home, kind: Kind): void {
    const router = `r${home}`;
    this.#line(home, router);
    this.ip(
      router,
      `link add lan type veth peer name eth0 netns ${this.prefix}${home}`,
      "link set lan up",
      `addr add ${PRIVATE_LAN.router}/24 dev lan`,
    );
    this.ip(
      home,
      "link set eth0 up",
      `addr add ${LAN_HOST}/24 dev eth0`,
      `route add default via ${PRIVATE_LAN.router}`,
    );
    const place = { publicIp: publicIpOf(home), ...ANYWHERE };
    this.exec(router, ["nft", "-f", "-"], rulesetOf({ kind }, place));
  }
}
