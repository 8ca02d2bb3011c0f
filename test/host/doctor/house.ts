import type { TestContext } from "node:test";
import { Namespaces } from "../../helpers/namespaces.ts";
import { dispersy, start } from "../../cli/cli.ts";
import { type Examined, examined } from "./examined.ts";

/** Public addresses, in namespaces that nothing leaves. */
export const TRACKERS = ["60.0.0.2:6421", "70.0.0.2:6421"] as const;
export const TRACKER_OVER_6 = "[2a00:60::2]:6421";

/** A machine in a house, the house's router (with a NAT), and behind it a network with two trackers. */
export class House {
  readonly net = new Namespaces("doctor");
  readonly home: string;
  readonly #t: TestContext;

  private constructor(t: TestContext, home: string) {
    this.#t = t;
    this.home = home;
  }

  static async build(t: TestContext, home: string): Promise<House> {
    const house = new House(t, home);
    t.after(() => house.net.remove());
    house.#wire();
    await house.#serve(["tracker", "--json", "--listen", TRACKERS[0], "--tracker", TRACKERS[1]]);
    await house.#serve(["tracker", "--json", "--listen", TRACKERS[1], "--tracker", TRACKERS[0]]);
    await dispersy(["init", "--home", home], { within: house.net.inside("machine") });
    return house;
  }

  /** What the machine's doctor finds; without other places it asks both trackers. */
  examined(
    t: TestContext,
    args: string[] = TRACKERS.flatMap((at) => ["--tracker", at]),
    node: string[] = [],
  ): Promise<Examined> {
    const within = this.net.inside("machine");
    return examined(t, ["--home", this.home, ...args], { within, node });
  }

  /** Rules in a table of its own (nft(8)); gone after `work`. */
  async withRules<T>(where: string, rules: string, work: () => Promise<T>): Promise<T> {
    this.net.run(where, "nft", ["-f", "-"], `table inet fault { ${rules}; }\n`);
    try {
      return await work();
    } finally {
      this.net.run(where, "nft", ["delete", "table", "inet", "fault"]);
    }
  }

  #wire(): void {
    const { net } = this;
    for (const name of ["machine", "router", "internet"]) net.add(name);
    net.wire("machine", "eth0", "router", "lan");
    net.wire("router", "wan", "internet", "eth0");
    net.ip("machine", "address add 192.168.7.2/24 broadcast 192.168.7.255 dev eth0");
    net.ip("router", "address add 192.168.7.1/24 dev lan");
    net.ip("router", "address add 60.0.0.1/24 dev wan");
    net.ip("internet", "address add 60.0.0.2/24 dev eth0");
    net.ip("internet", "address add 70.0.0.2/32 dev eth0");
    net.ip("router", "route add 70.0.0.0/24 dev wan");
    net.ip("machine", "route add default via 192.168.7.1");
    net.run("router", "sysctl", ["-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1"]);
    const masquerade = "type nat hook postrouting priority 100; oifname wan masquerade";
    const nat = `table ip nat { chain out { ${masquerade}; }; }\n`;
    net.run("router", "nft", ["-f", "-"], nat);
  }

  /** Gives the machine a public IPv6 address and a route, and takes both away after `work`. */
  async withIpv6<T>(work: () => Promise<T>): Promise<T> {
    const { net } = this;
    const words = {
      machine: ["address replace 2a00:7::2/64 dev eth0 nodad"],
      router: [
        "address replace 2a00:7::1/64 dev lan nodad",
        "address replace 2a00:60::1/64 dev wan nodad",
      ],
      internet: [
        "address replace 2a00:60::2/64 dev eth0 nodad",
        "-6 route replace default via 2a00:60::1",
      ],
    };
    for (const [name, all] of Object.entries(words)) for (const one of all) net.ip(name, one);
    net.ip("machine", "-6 route replace default via 2a00:7::1");
    try {
      return await work();
    } finally {
      for (const name of Object.keys(words)) net.ip(name, "-6 address flush scope global");
    }
  }

  /** Starts a command that stays, in a namespace, and waits for its first line. */
  async #serve(args: string[], where = "internet"): Promise<void> {
    const child = start(args, { within: this.net.inside(where) });
    this.#t.after(() => child.kill("SIGKILL"));
    await new Promise<void>((resolve, reject) => {
      child.stdout.once("data", () => resolve());
      child.once("exit", (code) => reject(new Error(`${args[0]} ended with ${code}`)));
    });
  }

  /** Starts the machine's node; ended by the returned function. */
  async run(args: string[]): Promise<() => Promise<void>> {
    const all = ["run", "--json", "--home", this.home, ...args];
    const child = start(all, { within: this.net.inside("machine") });
    this.#t.after(() => child.kill("SIGKILL"));
    await new Promise((resolve) => child.stdout.once("data", resolve));
    return () =>
      new Promise((resolve) => {
        child.once("exit", () => resolve());
        child.kill();
      });
  }
}
