/*
 * Who stands where in the lab, and under which address. The addresses have to be ones that nodes take for global:
 * others, such as the range for benchmarks (RFC 2544), nobody contacts for a stranger. So they are of ranges that their
 * holders do not announce, and they exist only inside the namespaces, which have no link and no route to the machine's
 * own network.
 *
 *   a, a2 -- ra [-- ca] -- ta1 -- ta2 -- ix -- tb2 -- tb1 -- [cb --] rb -- b, b2
 *                                       / | \
 *                                     s1  s2  s3
 */

export type Side = "a" | "b";
export type Host = "a" | "a2" | "b" | "b2" | "s1" | "s2" | "s3";
export type Router = "ra" | "rb" | "ca" | "cb";

export const SIDES: readonly Side[] = ["a", "b"];

/** What belongs to one side. */
export interface SidePlan {
  hosts: readonly [Host, Host];
  router: Router;
  /** The provider's NAT in front of it, with double NAT. */
  carrier: Router;
  /** All public addresses of the side; nothing else on the Internet is in it. */
  network: string;
  /** Of whatever is outermost. */
  publicIp: string;
  /** The first router of the Internet, as its customers see it. */
  gateway: string;
  /** The LAN of a side without NAT: public addresses. */
  openLan: LanPlan;
  /** First half of the side's IPv6 addresses, a /48; see `ipv6Of`. */
  prefix6: string;
}

export interface LanPlan {
  router: string;
  hosts: readonly [string, string];
}

/** Both homes number their LANs alike, as homes do: an address in it says nothing about whose it is. */
export const PRIVATE_LAN: LanPlan = {
  router: "192.168.1.1",
  hosts: ["192.168.1.2", "192.168.1.3"],
};

/** Between a home and its provider's NAT (RFC 6598). */
export const CARRIER_LAN = { router: "100.64.0.1", home: "100.64.0.2" };

export const PLAN: Readonly<Record<Side, SidePlan>> = {
  a: side("a", "11.10", "2a0a:1:0"),
  b: side("b", "22.20", "2a0b:2:0"),
};

/** Observers and trackers. Each /24 is its own, in a /8 of its own; `.2` to `.5` are the host's. */
export const OBSERVERS: readonly ObserverPlan[] = [
  observer("s1", "26.1.0", "2a0c:3:0:1"),
  observer("s2", "28.2.0", "2a0d:4:0:1"),
  observer("s3", "29.3.0", "2a0e:5:0:1"),
];

export interface ObserverPlan {
  host: Host;
  gateway: string;
  ips: string[];
  /** Its /64; the router is `1`, the host `2`. */
  prefix6: string;
}

/** Addresses of the links between the routers of the Internet: they appear in ICMP errors only. */
export function transitLink(index: number): { left: string; right: string; prefix6: string } {
  return { left: `33.0.${index}.1`, right: `33.0.${index}.2`, prefix6: `2a0f:6:0:${index}` };
}

/** A side's IPv6 networks: the whole /48, the LAN's /64 and that of the link to its provider. */
export function ipv6Of({ prefix6 }: SidePlan): { network: string; lan: string; link: string } {
  return { network: `${prefix6}::/48`, lan: `${prefix6}:1`, link: `${prefix6}:ff` };
}

function side(name: Side, prefix: string, prefix6: string): SidePlan {
  return {
    hosts: [name, `${name}2`],
    router: `r${name}`,
    carrier: `c${name}`,
    network: `${prefix}.0.0/16`,
    publicIp: `${prefix}.0.2`,
    gateway: `${prefix}.0.1`,
    openLan: { router: `${prefix}.1.1`, hosts: [`${prefix}.1.2`, `${prefix}.1.3`] },
    prefix6,
  };
}

function observer(host: Host, prefix: string, prefix6: string): ObserverPlan {
  const ips = [2, 3, 4, 5].map((last) => `${prefix}.${last}`);
  return { host, gateway: `${prefix}.1`, ips, prefix6 };
}
