/*
 * Datagrams of many sizes: `datagrams count IP PORT` says, when asked by an empty datagram, how many of each size came;
 * `datagrams send IP PORT TIMES SIZE...` sends so many of each, and asks. As a node's sockets do, those of Linux set
 * "do not fragment" and send fragments where they know that the path takes no more.
 */
import { createSocket, type SocketType } from "node:dgram";
import { setTimeout as sleep } from "node:timers/promises";

/** Between two datagrams: nothing is lost for want of room. */
const PAUSE_MS = 1;
/** Until the last one has arrived. */
const SETTLE_MS = 200;

const [, , role, ip = "", port = "", ...rest] = process.argv;
const socket = createSocket((ip.includes(":") ? "udp6" : "udp4") satisfies SocketType);
if (role === "count") count();
else void send(Number(rest[0]), rest.slice(1).map(Number));

function count(): void {
  const came = new Map<number, number>();
  socket.on("message", ({ length }, from) => {
    if (length > 0) return came.set(length, (came.get(length) ?? 0) + 1);
    return socket.send(JSON.stringify([...came]), from.port, from.address);
  });
  socket.bind(Number(port), ip, () => tell({ event: "ready" }));
}

async function send(times: number, sizes: readonly number[]): Promise<void> {
  const told = new Promise<string>((resolve) => {
    socket.once("message", (answer) => resolve(answer.toString()));
  });
  // Of one that is larger than the kernel knows the path to be: it was told that, and the next ones go as fragments.
  socket.on("error", () => undefined);
  for (let i = 0; i < times; i++) {
    for (const size of sizes) {
      socket.send(new Uint8Array(size), Number(port), ip, () => undefined);
      await sleep(PAUSE_MS);
    }
  }
  await sleep(SETTLE_MS);
  const ask = (): void => socket.send(new Uint8Array(0), Number(port), ip, () => undefined);
  const asking = setInterval(ask, SETTLE_MS);
  const came = JSON.parse(await told) as [number, number][];
  clearInterval(asking);
  tell({ event: "came", sizes: came });
  socket.close();
}

function tell(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
