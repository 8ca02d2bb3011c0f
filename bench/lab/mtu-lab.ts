/*
 * Two hosts with a router between them, for what becomes of datagrams by their size:
 *
 *   a == r == b
 *
 * The link of `b` has an MTU of its own; the router may lose what is longer than so much and tell nobody, one way or
 * both, and a share of all packets, fragments one by one. Over IPv4 and IPv6; the addresses are ones that nodes take
 * for global.
 */
import { NamespaceLab } from "./namespace-lab.ts";
import { whyUnavailable } from "./system.ts";

export const MTU_HOSTS = {
  a: { ipv4: "11.10.1.2", ipv6: "2a01:b1::2" },
  b: { ipv4: "22.20.1.2", ipv6: "2a01:b2::2" },
} as const;
export type MtuHost = keyof typeof MTU_HOSTS;

export interface MtuPath {
  /** Of the link of b, in bytes of an IP packet. */
  mtu: number;
  /** Longer IP packets are lost in the router, which tells nobody; 0: none is. */
  hole: number;
  /** Which of them. */
  direction: "both" | "to b" | "from b";
  /** Share of all packets that is lost each way, 0 to 1. */
  loss: number;
  family: 4 | 6;
}

/** A lab that is up. Nothing of it outlives `down`, nor this process. */
export class MtuLab extends NamespaceLab {
  /** Throws a LabUnavailable where it cannot be made. */
  static up(path: MtuPath): MtuLab {
    const reason = whyUnavailable("measure in virtual time: without --lab");
    if (reason !== undefined) throw reason;
    const lab = new MtuLab();
    try {
      lab.#wire(path);
    } catch (error) {
      lab.down();
      throw error;
    }
    return lab;
  }

  #wire(path: MtuPath): void {
    const all = ["r", "a", "b"];
    this.make(all, ["r"], true);
    for (const name of all) this.ip(name, "link set lo up");
    this.#host("a", DEFAULT_MTU);
    this.#host("b", path.mtu);
    this.exec("r", ["nft", "-f", "-"], rulesOf(path));
  }

  #host(host: MtuHost, mtu: number): void {
    const { ipv4, ipv6 } = MTU_HOSTS[host];
    const gateway = { ipv4: ipv4.replace(/2$/, "1"), ipv6: ipv6.replace(/2$/, "1") };
    this.ip(
      "r",
      `link add to-${host} mtu ${mtu} type veth peer name eth0 mtu ${mtu} netns ${this.prefix}${host}`,
      `link set to-${host} up`,
      `addr add ${gateway.ipv4}/24 dev to-${host}`,
      ...ifIpv6(mtu, `addr add ${gateway.ipv6}/64 dev to-${host} nodad`),
    );
    this.ip(
      host,
      "link set eth0 up",
      `addr add ${ipv4}/24 dev eth0`,
      `route add default via ${gateway.ipv4}`,
      ...ifIpv6(mtu, `addr add ${ipv6}/64 dev eth0 nodad`, `route add default via ${gateway.ipv6}`),
    );
  }
}

const DEFAULT_MTU = 1_500;
const LEAST_IPV6_MTU = 1_280;

/** Links of a smaller MTU have no IPv6. */
function ifIpv6(mtu: number, ...lines: string[]): string[] {
  return mtu < LEAST_IPV6_MTU ? [] : lines;
}

function rulesOf({ hole, direction, loss }: MtuPath): string {
  const ways = { both: "", "to b": 'oifname "to-b" ', "from b": 'iifname "to-b" ' };
  const rules = [
    ...(hole > 0 ? [`${ways[direction]}meta length > ${hole} drop`] : []),
    ...(loss > 0 ? [`numgen random mod 10000 < ${Math.round(loss * 10_000)} drop`] : []),
  ];
  const chain = `chain path { type filter hook forward priority 0; policy accept; ${rules.join("; ")}${rules.length > 0 ? ";" : ""} }`;
  return `table inet lab {\n${chain}\n}\n`;
}
