import { type Socket, createSocket } from "node:dgram";
import { isIP } from "node:net";
import { NONCE_BYTES } from "../../../wire/limits.ts";
import { codeOf } from "../errors.ts";
import { hostRandom } from "../random.ts";
import { literalOnly } from "./udp.ts";

/** What became of a question to one place. */
export type ProbeOutcome =
  | { kind: "answered"; bytes: Uint8Array }
  /** ICMP came back: the host is there, and nobody listens on that port. */
  | { kind: "refused" }
  /** The system knows no way, or a router on the way said so. */
  | { kind: "unreachable"; code: string }
  /** This machine does not let the datagram out. */
  | { kind: "blocked"; code: string }
  | { kind: "silent" };

export interface Question {
  /** An IP; of a link-local IPv6 address with its zone. */
  host: string;
  port: number;
  request: Uint8Array;
  isAnswer: (bytes: Uint8Array) => boolean;
  /** Until when an answer is waited for. */
  timeoutMs: number;
}

/** The first repetition; each further one waits twice as long. */
const REPEAT_MS = 300;
const BLOCKED = new Set(["EPERM", "EACCES"]);

/**
 * Asks one place, a few times, from a fresh connected socket: only such a one hears of ICMP errors. Never rejects.
 */
export function ask({ host, port, request, isAnswer, timeoutMs }: Question): Promise<ProbeOutcome> {
  const family = isIP(host.replace(/%.*$/, "")) === 6 ? "udp6" : "udp4";
  const socket = createSocket({ type: family, lookup: literalOnly });
  return new Promise((resolve) => {
    const timers: NodeJS.Timeout[] = [];
    let isOver = false;
    const finish = (outcome: ProbeOutcome): void => {
      if (isOver) return;
      isOver = true;
      for (const timer of timers) clearTimeout(timer);
      socket.close();
      resolve(outcome);
    };
    const failed = (error?: Error | null): void => {
      if (error) finish(outcomeOf(codeOf(error) ?? "unknown"));
    };
    const send = (): void => {
      if (!isOver) socket.send(request, failed);
    };
    socket.on("error", failed);
    socket.on("message", (bytes) => {
      if (isAnswer(bytes)) finish({ kind: "answered", bytes });
    });
    timers.push(setTimeout(() => finish({ kind: "silent" }), timeoutMs));
    for (let atMs = 0; atMs < timeoutMs; atMs = 2 * atMs + REPEAT_MS) {
      if (atMs > 0) timers.push(setTimeout(send, atMs));
    }
    // An error comes to the callback, which its type does not say.
    socket.connect(port, host, (error?: Error) => (error ? failed(error) : send()));
  });
}

function outcomeOf(code: string): ProbeOutcome {
  if (code === "ECONNREFUSED") return { kind: "refused" };
  return { kind: BLOCKED.has(code) ? "blocked" : "unreachable", code };
}

/** Whether a datagram of ours came back to us: "heard", "lost", or the system's error code. */
export type Echo = "heard" | "lost" | (string & {});

/** Sent three times: a machine that is busy may drop one. */
const ECHO_SENDS_MS = [0, 150, 500];

/**
 * Sends from our address `ip` to ourselves: to that address, to a multicast group that we join on its network, or to
 * the network's broadcast address. What the system delivers to its own members passes its firewall twice, on the way
 * out and on the way in. Never rejects.
 */
export async function echo(
  ip: string,
  to: "itself" | { group: string } | { broadcast: string },
  timeoutMs: number,
): Promise<Echo> {
  const socket = createSocket({ type: isIP(ip) === 6 ? "udp6" : "udp4", lookup: literalOnly });
  const timers: NodeJS.Timeout[] = [];
  try {
    return await new Promise<Echo>((resolve, reject) => {
      timers.push(setTimeout(() => resolve("lost"), timeoutMs));
      const nonce = Buffer.from(hostRandom.bytes(NONCE_BYTES));
      socket.on("error", reject);
      socket.on("message", (bytes) => bytes.equals(nonce) && resolve("heard"));
      // What is sent to a group or to all comes to no socket that is bound to one address.
      socket.bind(0, to === "itself" ? ip : "0.0.0.0", () => {
        try {
          const host = prepare(socket, ip, to);
          const { port } = socket.address();
          const send = () => socket.send(nonce, port, host, (error) => error && reject(error));
          for (const delayMs of ECHO_SENDS_MS) timers.push(setTimeout(send, delayMs));
        } catch (error) {
          reject(error as Error);
        }
      });
    });
  } catch (error) {
    return codeOf(error) ?? "unknown";
  } finally {
    for (const timer of timers) clearTimeout(timer);
    socket.close();
  }
}

function prepare(socket: Socket, ip: string, to: Parameters<typeof echo>[1]): string {
  if (to === "itself") return ip;
  if ("broadcast" in to) {
    socket.setBroadcast(true);
    return to.broadcast;
  }
  socket.addMembership(to.group, ip);
  socket.setMulticastInterface(ip);
  socket.setMulticastLoopback(true);
  return to.group;
}
