import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import type { Listen } from "./endpoint.ts";
import { EXIT, UserError, codeOf, messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { UdpSockets } from "./udp.ts";

export interface BindPlan {
  /** What the user asked for. */
  listen?: Listen;
  /** Port of the last run: taken again if free. */
  lastPort?: number;
  /** A tracker's: the next port too, so that those it answers learn what their NAT does per destination port. */
  second: boolean;
}

/** A random port may be free in one family, or with its successor, and not in the other. */
const MAX_ATTEMPTS = 16;
const LAST_PORT = 65_535;
/** What binding says where a machine or container has no IPv6. */
const NO_FAMILY = new Set(["EAFNOSUPPORT", "EADDRNOTAVAIL", "EPROTONOSUPPORT"]);

/** Binds the sockets of a node and returns its port. Throws a UserError when what was asked for is not free. */
export async function bindSockets(
  open: () => UdpSockets,
  plan: BindPlan,
  log: Log,
): Promise<UdpSockets> {
  const asked = plan.listen?.port ?? 0;
  if (plan.second && asked === LAST_PORT) throw noNextPort();
  const host = await literalHost(plan.listen?.host);
  if (asked !== 0) {
    const sockets = await attempt(open(), host, asked, plan.second, log).catch((error: unknown) => {
      throw cannotListen(host, portOf(error) ?? asked, error, portOf(error) === asked + 1);
    });
    return sockets;
  }
  if (plan.lastPort !== undefined && plan.listen === undefined) {
    try {
      return await attempt(open(), host, plan.lastPort, plan.second, log);
    } catch (error) {
      log.info("the port of the last run is taken; using another", { code: codeOf(error) });
    }
  }
  for (let tries = 1; ; tries++) {
    try {
      return await attempt(open(), host, 0, plan.second, log);
    } catch (error) {
      if (codeOf(error) !== "EADDRINUSE" || tries === MAX_ATTEMPTS)
        throw cannotListen(host, 0, error);
    }
  }
}

/** All sockets of one port, or none: rejects with the system's error. */
async function attempt(
  sockets: UdpSockets,
  host: string | undefined,
  port: number,
  second: boolean,
  log: Log,
): Promise<UdpSockets> {
  try {
    const first = await bindFamilies(sockets, host, port, log);
    if (second) {
      // A free port that has no next one is as good as one that is taken: another is tried.
      if (first === LAST_PORT)
        throw Object.assign(new Error("no next port"), { code: "EADDRINUSE" });
      await bindFamilies(sockets, host, first + 1, log);
    }
    return sockets;
  } catch (error) {
    await sockets.close();
    throw error;
  }
}

async function bindFamilies(
  sockets: UdpSockets,
  host: string | undefined,
  port: number,
  log: Log,
): Promise<number> {
  if (host !== undefined) {
    return (await sockets.bind(isIP(host) === 6 ? 6 : 4, host, port)).port;
  }
  const { port: bound } = await sockets.bind(4, "0.0.0.0", port);
  try {
    // One socket for both families would show IPv4 peers under IPv6 addresses.
    await sockets.bind(6, "::", bound);
  } catch (error) {
    if (!NO_FAMILY.has(codeOf(error) ?? "")) throw error;
    log.info("this machine has no IPv6", { code: codeOf(error) });
  }
  return bound;
}

async function literalHost(host: string | undefined): Promise<string | undefined> {
  if (host === undefined || isIP(host) !== 0) return host;
  try {
    return (await lookup(host)).address;
  } catch (error) {
    throw cannotListen(host, 0, error);
  }
}

/** Which port the system refused; undefined when it was not about a port. */
function portOf(error: unknown): number | undefined {
  const port = (error as { port?: unknown } | null)?.port;
  return typeof port === "number" ? port : undefined;
}

function noNextPort(): UserError {
  return new UserError(
    `a tracker cannot listen on UDP port ${LAST_PORT}: it needs the next port, too`,
    `Choose a port up to ${LAST_PORT - 1} with --listen.`,
    EXIT.usage,
  );
}

/** `isSecond`: it is the port after the one that was asked for. */
function cannotListen(
  host: string | undefined,
  port: number,
  error: unknown,
  isSecond = false,
): UserError {
  const place = `UDP port ${port === 0 ? "(any)" : port}${host === undefined ? "" : ` of ${host}`}`;
  const code = codeOf(error) ?? messageOf(error);
  const hints: Record<string, string> = {
    EADDRINUSE: "Another program uses it, perhaps another node. Choose another port with --listen.",
    EACCES: "Ports below 1024 need privileges. Choose a higher one with --listen.",
    EADDRNOTAVAIL:
      "This machine has no such address. Give one of its own to --listen, or only :port.",
    EMFILE: "This process may open too few files and sockets. Raise its limit: ulimit -n 4096.",
    ENOTFOUND: "The name has no address. Give an IP address to --listen.",
  };
  const why = isSecond ? ", which a tracker needs beside the port before it" : "";
  return new UserError(
    `cannot listen on ${place} (${code})${why}`,
    hints[code] ?? "Choose another address or port with --listen.",
    EXIT.failed,
  );
}
