import { createConnection } from "node:net";
import { codeOf } from "../errors.ts";

/** Whether a host is there. TCP tells what UDP does not: that nobody in the local network has its address. */
export type TcpOutcome = "there" | "unreachable" | "silent";

const UNREACHABLE = new Set(["EHOSTUNREACH", "ENETUNREACH", "EADDRNOTAVAIL", "EHOSTDOWN"]);

/** Connects, and goes away; also a refusal shows that the host is there. Never rejects. */
export function findByTcp(host: string, port: number, timeoutMs: number): Promise<TcpOutcome> {
  const socket = createConnection({ host, port, signal: AbortSignal.timeout(timeoutMs) });
  return new Promise((resolve) => {
    const done = (outcome: TcpOutcome): void => {
      socket.destroy();
      resolve(outcome);
    };
    socket.on("connect", () => done("there"));
    socket.on("error", (error) => {
      const code = codeOf(error) ?? "";
      if (code === "ECONNREFUSED" || code === "ECONNRESET") done("there");
      else done(UNREACHABLE.has(code) ? "unreachable" : "silent");
    });
  });
}
