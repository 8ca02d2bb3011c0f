import { type ChildProcess, spawn, type SpawnOptions } from "node:child_process";
import { Guard } from "./guard.ts";
import { makeNamespaces, prefixOf, removeNamespaces } from "./namespaces.ts";
import { settingsOf } from "./settings.ts";
import type { Inside } from "./slow-middle.ts";
import { run } from "./system.ts";
import { DELAY_DEVICE, DELAY_TABLE } from "./topology.ts";

/** Labs of this process so far: no two have one prefix. */
let labsMade = 0;

/** What all labs are: network namespaces under one prefix. Nothing of one outlives `down`, nor this process. */
export class NamespaceLab implements Inside {
  readonly prefix: string;
  readonly #guard = new Guard(() => this.down());

  /** `prefix`: of one that is there already, and stays. */
  constructor(prefix?: string) {
    this.prefix = prefix ?? prefixOf(process.pid, labsMade++);
    if (prefix === undefined) this.#guard.up();
  }

  down(): void {
    removeNamespaces(this.prefix);
    this.#guard.down();
  }

  /** From now on it outlives this process. */
  stay(): void {
    this.#guard.down();
  }

  /** Runs a program inside to its end; its stdout. */
  exec(where: string, command: readonly string[], input = ""): string {
    return run("ip", ["netns", "exec", this.prefix + where, ...command], input);
  }

  /** Starts a program inside. It ends with the lab at the latest. */
  spawn(where: string, command: readonly string[], options: SpawnOptions = {}): ChildProcess {
    return spawn("ip", ["netns", "exec", this.prefix + where, ...command], options);
  }

  protected make(names: readonly string[], routers: readonly string[], ipv6: boolean): void {
    makeNamespaces(this.prefix, names);
    for (const name of names) {
      const settings = settingsOf(routers.includes(name), ipv6);
      this.exec(name, ["sysctl", "-qe", "-w", ...settings]);
    }
  }

  /** Commands of iproute2. */
  protected ip(where: string, ...lines: readonly string[]): void {
    run("ip", ["-n", this.prefix + where, "-batch", "-"], `${lines.join("\n")}\n`);
  }

  /** What holds every packet that comes by a device whose rule says so. */
  protected addDelayDevice(middle: string): void {
    this.ip(
      middle,
      `tuntap add mode tun name ${DELAY_DEVICE}`,
      `link set ${DELAY_DEVICE} up mtu 1500 txqueuelen 10000`,
      `rule add pref 100 iif ${DELAY_DEVICE} lookup main`,
      `route add default dev ${DELAY_DEVICE} table ${DELAY_TABLE}`,
    );
  }

  /**
   * A link of the middle, through which everything is delayed, to the device of another namespace, its default route.
   */
  protected joinMiddle(
    middle: string,
    link: { name: string; namespace: string; device: string; network: string; bits: number },
  ): void {
    const { name, namespace, device, network, bits } = link;
    this.ip(
      middle,
      `link add to-${name} type veth peer name ${device} netns ${this.prefix}${namespace}`,
      `link set to-${name} up`,
      `addr add ${network}.1/${bits} dev to-${name}`,
      `rule add pref 200 iif to-${name} lookup ${DELAY_TABLE}`,
    );
    this.ip(
      namespace,
      `link set ${device} up`,
      `addr add ${network}.2/${bits} dev ${device}`,
      `route add default via ${network}.1`,
    );
  }
}
