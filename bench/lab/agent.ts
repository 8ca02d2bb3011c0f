/*
 * A party of the lab's self-check: plain sockets, told what to do by JSON lines on stdin, telling what it received on
 * stdout. It knows nothing of the project's protocol or of its idea of NATs. With the argument `echo` it tells each
 * sender how it saw it.
 *
 *   in   {"open": port}                                0 chooses one          out  {"opened": port}
 *   in   {"send": text, "from": port, "to": [ip, port], "ttl"?: hops}
 *   out  {"at": port, "from": [ip, port], "text": text}
 */
import { createSocket, type Socket } from "node:dgram";
import { createInterface } from "node:readline";

interface Order {
  open?: number;
  send?: string;
  from?: number;
  to?: [ip: string, port: number];
  ttl?: number;
}

const echo = process.argv.includes("echo");
/** BOUNDED: by what whoever started this opens. */
const sockets = new Map<number, Socket>();

createInterface({ input: process.stdin }).on("line", (line) => obey(JSON.parse(line) as Order));
process.stdin.on("end", () => process.exit(0));

function obey({ open, send, from, to, ttl }: Order): void {
  if (open !== undefined) return openSocket(open);
  const socket = sockets.get(from ?? 0);
  if (socket === undefined || send === undefined || to === undefined) return;
  if (ttl !== undefined) socket.setTTL(ttl);
  socket.send(send, to[1], to[0], () => {
    if (ttl !== undefined) socket.setTTL(64);
  });
}

function openSocket(port: number): void {
  const socket = createSocket("udp4");
  socket.on("message", (bytes, { address, port: theirs }) => {
    const at = socket.address().port;
    tell({ at, from: [address, theirs], text: bytes.toString() });
    if (echo) socket.send(`${address} ${theirs}`, theirs, address);
  });
  socket.bind(port, () => {
    const bound = socket.address().port;
    sockets.set(bound, socket);
    tell({ opened: bound });
  });
}

function tell(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
