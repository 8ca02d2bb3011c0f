import { UserError } from "../errors.ts";
import { createLog } from "../log.ts";
import { bindSockets } from "../net/bind-sockets.ts";
import { parseListen } from "../net/endpoint.ts";
import { UdpSockets } from "../net/udp.ts";
import { type Finding, ok, problem, warning } from "./finding.ts";
import { isWithoutUdp } from "./served.ts";
import type { Surroundings } from "./surroundings.ts";

/** Whether the UDP port is to be had: by binding it, as the node would. */
export async function ports({ settings, facts, served }: Surroundings): Promise<Finding> {
  const node = await served;
  if (isWithoutUdp(node)) return ok("ports-unused", "the node uses no UDP (--ws-only)");
  if (node.kind === "running") {
    return ok("ports-bound", `the node has ${node.status.listen.join(" ")}`);
  }
  if (node.kind === "silent") return ok("ports-bound", "a node that does not answer has them");
  const { listen } = settings;
  try {
    const bound = await bind(listen ?? `:${facts.port ?? 0}`);
    return ok("ports-free", `UDP port ${bound} is free`);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    if (listen !== undefined) return problem("ports-taken", error.message, error.hint);
    return facts.port === undefined
      ? problem("ports-none", error.message, error.hint)
      : warning(
          "ports-last-taken",
          `${error.message}, the port of the last run`,
          "The node takes another: old tickets and port forwardings lead nowhere until it is free.",
        );
  }
}

async function bind(listen: string): Promise<number> {
  const log = createLog({ level: "silent" });
  const plan = { listen: parseListen(listen), second: false };
  const sockets = await bindSockets(() => new UdpSockets(log, () => {}), plan, log);
  const [{ port } = { port: 0 }] = sockets.bound;
  await sockets.close();
  return port;
}
