/*
 * A line of kernel routers, for how fast and how gently things go over it:
 *
 *   a --+
 *       ra == ix == rb -- b
 *   c --+
 *
 * The home of `a` and `c` has one uplink, which is as narrow as asked; `ix` holds every packet for the delay and loses
 * some. The addresses are ones that nodes take for global; see plan.ts.
 */
import { NamespaceLab } from "./namespace-lab.ts";
import { lose, slowDown } from "./slow-middle.ts";
import { attempt, whyUnavailable } from "./system.ts";
import { MIDDLE } from "./topology.ts";

export const LINE_HOSTS = { a: "11.10.1.2", c: "12.10.1.2", b: "22.20.1.2" } as const;
export type LineHost = keyof typeof LINE_HOSTS;

export interface LineLabOptions {
  roundTripMs: number;
  /** Share of the packets lost each way, 0 to 1. */
  loss: number;
  /** Of both uplinks; 0: as fast as the machine is. */
  bitsPerSecond: number;
  /** What an uplink's buffer holds, as time at its rate. */
  bufferMs: number;
}

/** tbf lets so much leave at once, which is one full datagram on slow lines. */
const BURST_MS = 1;
const LEAST_BURST_BYTES = 3_200;
const ROUTERS = ["ra", MIDDLE, "rb"];

/** A lab that is up. Nothing of it outlives `down`, nor this process. */
export class LineLab extends NamespaceLab {
  private constructor() {
    super();
    this.#wire();
  }

  /** Throws a LabUnavailable where it cannot be made. */
  static async up(options: LineLabOptions): Promise<LineLab> {
    const reason = whyUnavailable("measure in virtual time: without --lab");
    if (reason !== undefined) throw reason;
    const lab = new LineLab();
    try {
      await slowDown(lab, MIDDLE, options.roundTripMs / 2, () =>
        lab.exec("a", ["ping", "-c", "1", "-W", "1", "-q", LINE_HOSTS.b]),
      );
      lose(lab, MIDDLE, options.loss, ["udp", "tcp"]);
      lab.narrow("ra", "core", options);
      lab.narrow("rb", "core", options);
    } catch (error) {
      lab.down();
      throw error;
    }
    return lab;
  }

  /** Gives a device a rate and a buffer in what it sends. */
  narrow(
    where: string,
    device: string,
    { bitsPerSecond, bufferMs }: Pick<LineLabOptions, "bitsPerSecond" | "bufferMs">,
  ): void {
    if (bitsPerSecond === 0) return;
    const bytesPerMs = bitsPerSecond / 8_000;
    const burst = Math.round(Math.max(LEAST_BURST_BYTES, bytesPerMs * BURST_MS));
    const limit = Math.round(bytesPerMs * bufferMs);
    const tbf = `tbf rate ${bitsPerSecond}bit burst ${burst} limit ${limit}`;
    this.exec(where, ["tc", "qdisc", "replace", "dev", device, "root", ...tbf.split(" ")]);
  }

  /** Makes TCP use the first of these that the kernel has; its name. */
  useCongestionControl(...names: readonly string[]): string {
    for (const name of names) {
      for (const host of Object.keys(LINE_HOSTS)) {
        const setting = `net.ipv4.tcp_congestion_control=${name}`;
        attempt("ip", ["netns", "exec", this.prefix + host, "sysctl", "-qw", setting]);
      }
      if (this.#congestionControl() === name) break;
    }
    return this.#congestionControl();
  }

  #wire(): void {
    const all = [...ROUTERS, ...Object.keys(LINE_HOSTS)];
    this.make(all, ROUTERS, false);
    for (const name of all) this.ip(name, "link set lo up");
    this.addDelayDevice(MIDDLE);
    this.#edge("ra", "33.0.0", ["a", "c"]);
    this.#edge("rb", "33.0.1", ["b"]);
  }

  /** A router at the middle, and hosts at it. */
  #edge(router: string, core: string, hosts: LineHost[]): void {
    const link = { name: router, namespace: router, device: "core", network: core, bits: 30 };
    this.joinMiddle(MIDDLE, link);
    for (const host of hosts) {
      const gateway = LINE_HOSTS[host].replace(/\.2$/, ".1");
      this.ip(
        router,
        `link add to-${host} type veth peer name eth0 netns ${this.prefix}${host}`,
        `link set to-${host} up`,
        `addr add ${gateway}/24 dev to-${host}`,
      );
      this.ip(
        host,
        "link set eth0 up",
        `addr add ${LINE_HOSTS[host]}/24 dev eth0`,
        `route add default via ${gateway}`,
      );
      this.ip(MIDDLE, `route add ${LINE_HOSTS[host]}/32 via ${core}.2`);
    }
  }

  #congestionControl(): string {
    return this.exec("a", ["sysctl", "-n", "net.ipv4.tcp_congestion_control"]).trim();
  }
}
