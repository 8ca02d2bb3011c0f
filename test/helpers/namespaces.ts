import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { attempt, run } from "../../bench/lab/system.ts";

/** Where `ip netns exec` takes files of /etc from that a namespace has for itself (ip-netns(8)). */
const ETC = "/etc/netns";

/** Network namespaces of one test, which nothing leaves: made by name, gone with `remove`. */
export class Namespaces {
  static #made = 0;
  readonly #prefix: string;
  /** BOUNDED: by the test. */
  readonly #names = new Set<string>();
  readonly #atExit = (): void => this.remove();

  /** Their names begin with `about`. */
  constructor(about = "places") {
    this.#prefix = `${about}-${process.pid.toString(36)}.${Namespaces.#made++}-`;
    process.once("exit", this.#atExit);
  }

  /** Why they cannot be had here; false when they can. */
  static whyNot(): string | false {
    if (process.getuid?.() !== 0) return "network namespaces with files of their own take root";
    const namespaces = new Namespaces();
    try {
      namespaces.add("try");
      namespaces.ip("try", "link add x type bridge");
      namespaces.wire("try", "y", "try", "z");
      return false;
    } catch {
      return "network namespaces, bridges or veth devices are not to be had here";
    } finally {
      namespaces.remove();
    }
  }

  /** With loopback up. */
  add(name: string): void {
    run("ip", ["netns", "add", this.#prefix + name]);
    this.#names.add(name);
    this.ip(name, "link set lo up");
  }

  /** Runs `ip` inside. */
  ip(name: string, words: string): void {
    run("ip", ["-n", this.#prefix + name, ...words.split(" ")]);
  }

  /** Two devices, one in each (perhaps the same) namespace, that are one wire. */
  wire(name: string, device: string, other: string, otherDevice: string): void {
    const peer = `peer name ${otherDevice} netns ${this.#prefix}${other}`;
    this.ip(name, `link add ${device} type veth ${peer}`);
    this.ip(name, `link set ${device} up`);
    this.ip(other, `link set ${otherDevice} up`);
  }

  /** What a command begins with that is to run inside. */
  inside(name: string): string[] {
    return ["ip", "netns", "exec", this.#prefix + name];
  }

  /** Runs a program inside to its end; its stdout. */
  run(name: string, program: string, args: readonly string[], input = ""): string {
    const [command = "", ...words] = this.inside(name);
    return run(command, [...words, program, ...args], input);
  }

  /** Runs a script of ours inside, until it says that it is ready; whoever starts it ends it. */
  async start(name: string, script: string, ...args: string[]): Promise<ChildProcess> {
    const [command = "", ...words] = this.inside(name);
    const child = spawn(command, [...words, process.execPath, "--import", "tsx", script, ...args], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(child.stdout, "data");
    return child;
  }

  /** A file that stands in /etc for those inside, from their start on; writing it again changes what they read. */
  etc(name: string, file: string, text: string): void {
    const folder = join(ETC, this.#prefix + name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, file), text);
  }

  remove(): void {
    for (const name of this.#names) {
      attempt("ip", ["netns", "del", this.#prefix + name]);
      rmSync(join(ETC, this.#prefix + name), { recursive: true, force: true });
    }
    this.#names.clear();
    process.off("exit", this.#atExit);
  }
}
