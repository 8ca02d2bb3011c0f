import { spawnSync } from "node:child_process";
import { UserError } from "../../node/host/errors.ts";

/** The programs that the lab is made with, and the Debian packages they are in. */
const TOOLS: Readonly<Record<string, string>> = {
  ip: "iproute2",
  nft: "nftables",
  conntrack: "conntrack",
  socat: "socat",
  ping: "iputils-ping",
};

/** This machine cannot make the lab. The message says why, the hint what would help. */
export class LabUnavailable extends UserError {}

/** Runs a program to its end; its stdout. Throws what it said when it failed. */
export function run(program: string, args: readonly string[], input = ""): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    input,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  if (error !== undefined) throw error;
  if (status !== 0)
    throw new Error(`${program} ${args.join(" ")} ended with ${status}: ${stderr.trim()}`);
  return stdout;
}

/** Runs a program whose failure does not matter, such as removing what may be gone. */
export function attempt(program: string, args: readonly string[]): void {
  spawnSync(program, args, { stdio: "ignore" });
}

/** Why a lab cannot be made here; undefined when it can. `instead` is what can be used without it. */
export function whyUnavailable(instead = "use the model: --sim"): LabUnavailable | undefined {
  if (process.platform !== "linux")
    return new LabUnavailable("the lab needs Linux", `Anywhere else, ${instead}.`);
  if (process.getuid?.() !== 0)
    return new LabUnavailable(
      "the lab makes network namespaces, which takes root",
      `Run it as root (it touches nothing outside its namespaces), or ${instead}.`,
    );
  const missing = Object.keys(TOOLS).filter((tool) => spawnSync(tool, ["--version"]).error);
  if (missing.length > 0)
    return new LabUnavailable(
      `the lab needs ${missing.join(", ")}`,
      `Debian and Ubuntu: apt-get install ${missing.map((tool) => TOOLS[tool]).join(" ")}`,
    );
  return whyNoNamespaces(instead);
}

/** Containers are often root without being allowed this. */
function whyNoNamespaces(instead: string): LabUnavailable | undefined {
  const name = `dlab-try-${process.pid}`;
  try {
    run("ip", ["netns", "add", name]);
    const tun = "ip link add x type veth peer name y && ip tuntap add mode tun name z";
    run("ip", ["netns", "exec", name, "sh", "-c", tun]);
    run("ip", ["netns", "exec", name, "nft", "-f", "-"], "table ip probe { }\n");
    return undefined;
  } catch (error) {
    return new LabUnavailable(
      "the lab is not allowed to make network namespaces, TUN devices or NAT rules here " +
        `(${error instanceof Error ? error.message : String(error)})`,
      `A container needs --privileged and /dev/net/tun; or ${instead}.`,
    );
  } finally {
    attempt("ip", ["netns", "del", name]);
  }
}
