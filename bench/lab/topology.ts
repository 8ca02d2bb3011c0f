import {
  CARRIER_LAN,
  OBSERVERS,
  PLAN,
  PRIVATE_LAN,
  SIDES,
  ipv6Of,
  transitLink,
  type LanPlan,
  type ObserverPlan,
  type Side,
} from "./plan.ts";

export interface TopologyOptions {
  /** Routers between the outermost NATs, as the hop limit counts them: even, 2 to 30. */
  hops: number;
  /** The sides whose home is behind a provider's NAT as well. */
  doubleNat: readonly Side[];
  /** IPv6 as well, without translation, with a firewall in each home's router. Not with double NAT. */
  ipv6: boolean;
  /** Hosts of one LAN hear each other only by way of their router. */
  isolated: boolean;
}

/** What has to be done to make the lab's wires and routes; the NATs' rules come later, and change between trials. */
export interface Topology {
  namespaces: string[];
  /** In order: a device before what uses it. */
  steps: Step[];
  /** The ones that forward. */
  routers: string[];
}

/** Lines for `ip -FAMILY -n NAMESPACE -batch -`. */
export interface Step {
  namespace: string;
  family: 4 | 6;
  lines: string[];
}

/** The middle of the Internet: what enters from outside goes into the device below and comes out after the delay. */
export const MIDDLE = "ix";
export const DELAY_DEVICE = "slow";
export const DELAY_TABLE = 100;

/** A router that both forwards into the delay and out of it counts twice. */
const HOPS_OF_MIDDLE = 2;

export function topologyOf(options: TopologyOptions): Topology {
  const build = new Build(options);
  build.middle();
  for (const side of SIDES) build.side(side);
  for (const observer of OBSERVERS) build.observer(observer);
  return build.topology;
}

class Build {
  readonly topology: Topology = { namespaces: [], steps: [], routers: [] };
  readonly #options: TopologyOptions;
  #links = 0;

  constructor(options: TopologyOptions) {
    this.#options = options;
  }

  middle(): void {
    this.#router(MIDDLE);
    this.#do(
      MIDDLE,
      `tuntap add mode tun name ${DELAY_DEVICE}`,
      // A burst of 2,048 datagrams is not lost in a queue of ours.
      `link set ${DELAY_DEVICE} up mtu 1500 txqueuelen 10000`,
      `rule add pref 100 iif ${DELAY_DEVICE} lookup main`,
      `route add default dev ${DELAY_DEVICE} table ${DELAY_TABLE}`,
    );
    this.#do6(
      MIDDLE,
      `rule add pref 100 iif ${DELAY_DEVICE} lookup main`,
      `route add default dev ${DELAY_DEVICE} table ${DELAY_TABLE}`,
    );
  }

  observer({ host, gateway, ips, prefix6 }: ObserverPlan): void {
    this.#namespace(host);
    this.#wire(MIDDLE, `to-${host}`, host, "wan");
    this.#slowly(`to-${host}`);
    this.#do(MIDDLE, `addr add ${gateway}/24 dev to-${host}`);
    this.#do(
      host,
      ...ips.map((ip) => `addr add ${ip}/24 dev wan`),
      `route add default via ${gateway} src ${ips[0]}`,
    );
    this.#link6(MIDDLE, `to-${host}`, host, "wan", prefix6);
  }

  /** A side from its hosts to the middle. */
  side(side: Side): void {
    const plan = PLAN[side];
    const double = this.#options.doubleNat.includes(side);
    const edge = this.#transit(side);
    const outermost = double ? plan.carrier : plan.router;
    this.#router(outermost);
    this.#wire(edge, `to-${side}`, outermost, "wan");
    this.#do(edge, `addr add ${plan.gateway}/30 dev to-${side}`);
    this.#do(edge, `route add ${plan.network} via ${plan.publicIp}`);
    this.#do(
      outermost,
      `addr add ${plan.publicIp}/30 dev wan`,
      `route add default via ${plan.gateway}`,
    );
    const { network, link } = ipv6Of(plan);
    this.#link6(edge, `to-${side}`, outermost, "wan", link, network);
    if (edge === MIDDLE) this.#slowly(`to-${side}`);
    if (double) this.#carrier(side);
    this.#lan(side);
  }

  /** The routers from the middle to the edge of a side; the last one's name. */
  #transit(side: Side): string {
    let inner = MIDDLE;
    for (let i = (this.#options.hops - HOPS_OF_MIDDLE) / 2; i > 0; i--) {
      const outer = `t${side}${i}`;
      const { left, right, prefix6 } = transitLink(this.#links++);
      this.#router(outer);
      this.#wire(inner, `to-${side}`, outer, "core");
      this.#do(
        inner,
        `addr add ${left}/30 dev to-${side}`,
        `route add ${PLAN[side].network} via ${right}`,
      );
      this.#do(outer, `addr add ${right}/30 dev core`, `route add default via ${left}`);
      this.#link6(inner, `to-${side}`, outer, "core", prefix6, ipv6Of(PLAN[side]).network);
      if (inner === MIDDLE) this.#slowly(`to-${side}`);
      inner = outer;
    }
    return inner;
  }

  #carrier(side: Side): void {
    const { carrier, router } = PLAN[side];
    this.#router(router);
    this.#wire(carrier, "lan", router, "wan");
    this.#do(carrier, `addr add ${CARRIER_LAN.router}/10 dev lan`);
    this.#do(
      router,
      `addr add ${CARRIER_LAN.home}/10 dev wan`,
      `route add default via ${CARRIER_LAN.router}`,
    );
  }

  /** A bridge in the router with both hosts at it; addresses come with the kind of NAT. */
  #lan(side: Side): void {
    const { router, hosts } = PLAN[side];
    const { lan } = ipv6Of(PLAN[side]);
    this.#do(router, "link add lan type bridge", "link set lan up");
    this.#do6(router, `addr add ${lan}::1/64 dev lan nodad`);
    for (const [index, host] of hosts.entries()) {
      this.#namespace(host);
      this.#wire(router, `to-${host}`, host, "eth0");
      const isolation = this.#options.isolated ? "isolated on" : "isolated off";
      this.#do(
        router,
        `link set dev to-${host} master lan`,
        `link set dev to-${host} type bridge_slave ${isolation}`,
      );
      this.#do6(
        host,
        `addr add ${lan}::${index + 2}/64 dev eth0 nodad`,
        `route add default via ${lan}::1`,
      );
    }
  }

  /** What enters the middle by this device goes through the delay. */
  #slowly(device: string): void {
    this.#do(MIDDLE, `rule add pref 200 iif ${device} lookup ${DELAY_TABLE}`);
    this.#do6(MIDDLE, `rule add pref 200 iif ${device} lookup ${DELAY_TABLE}`);
  }

  #router(name: string): void {
    this.#namespace(name);
    this.topology.routers.push(name);
  }

  #namespace(name: string): void {
    this.topology.namespaces.push(name);
    this.#do(name, "link set lo up");
  }

  #wire(left: string, leftDevice: string, right: string, rightDevice: string): void {
    this.#do(
      left,
      `link add ${leftDevice} type veth peer name ${rightDevice} netns {${right}}`,
      `link set ${leftDevice} up`,
    );
    this.#do(right, `link set ${rightDevice} up`);
  }

  /** IPv6 on a wire towards the outside: addresses, the way in to `network`, the default way out. */
  #link6(
    inner: string,
    innerDevice: string,
    outer: string,
    outerDevice: string,
    prefix: string,
    network?: string,
  ): void {
    this.#do6(inner, `addr add ${prefix}::1/64 dev ${innerDevice} nodad`);
    if (network !== undefined) this.#do6(inner, `route add ${network} via ${prefix}::2`);
    this.#do6(
      outer,
      `addr add ${prefix}::2/64 dev ${outerDevice} nodad`,
      `route add default via ${prefix}::1`,
    );
  }

  #do6(namespace: string, ...lines: string[]): void {
    if (this.#options.ipv6) this.#add({ namespace, family: 6, lines });
  }

  #do(namespace: string, ...lines: string[]): void {
    this.#add({ namespace, family: 4, lines });
  }

  /** Together with the step before where that is of the same kind: each takes a process. */
  #add(step: Step): void {
    const last = this.topology.steps.at(-1);
    if (last?.namespace === step.namespace && last.family === step.family)
      last.lines.push(...step.lines);
    else this.topology.steps.push(step);
  }
}

/** Lines that number a LAN anew: an open one has public addresses, the others private ones. */
export function lanSteps(side: Side, open: boolean): Step[] {
  const { router, hosts, openLan } = PLAN[side];
  const lan: LanPlan = open ? openLan : PRIVATE_LAN;
  const steps: Step[] = [
    {
      namespace: router,
      family: 4,
      lines: ["addr flush dev lan", `addr add ${lan.router}/24 dev lan`],
    },
  ];
  hosts.forEach((host, index) =>
    steps.push({
      namespace: host,
      family: 4,
      lines: [
        "addr flush dev eth0",
        `addr add ${lan.hosts[index]}/24 dev eth0`,
        `route replace default via ${lan.router}`,
      ],
    }),
  );
  return steps;
}
