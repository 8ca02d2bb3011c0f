/*
 * What the lab's Internet carries: `traffic echo PORT` answers; `traffic send IP PORT PER_SECOND SECONDS` sends to it
 * evenly and prints, as JSON, how many were sent and answered, and the round trip in milliseconds.
 */
import { createSocket } from "node:dgram";

const BYTES = 60;
const BUFFER_BYTES = 4 * 1024 * 1024;
const LAST_ANSWERS_MS = 1_000;

const socket = createSocket("udp4");
const [role, ...rest] = process.argv.slice(2);
if (role === "echo") echo(Number(rest[0]));
else send(rest[0]!, Number(rest[1]), Number(rest[2]), Number(rest[3]));

function echo(port: number): void {
  socket.on("message", (bytes, from) => socket.send(bytes, from.port, from.address));
  socket.bind(port, () => {
    socket.setRecvBufferSize(BUFFER_BYTES);
    process.stdout.write("ready\n");
  });
}

function send(ip: string, port: number, perSecond: number, seconds: number): void {
  const trips: number[] = [];
  socket.on("message", (bytes) => trips.push(performance.now() - bytes.readDoubleLE(0)));
  socket.bind(0, () => {
    socket.setRecvBufferSize(BUFFER_BYTES);
    socket.connect(port, ip, () => {
      const start = performance.now();
      let sent = 0;
      const timer = setInterval(() => {
        const now = performance.now();
        const due = Math.min(now - start, seconds * 1_000) * (perSecond / 1_000);
        for (; sent < due; sent++) {
          const bytes = Buffer.alloc(BYTES);
          bytes.writeDoubleLE(now);
          socket.send(bytes);
        }
        if (now - start < seconds * 1_000) return;
        clearInterval(timer);
        setTimeout(() => report(sent, trips), LAST_ANSWERS_MS);
      }, 2);
    });
  });
}

function report(sent: number, trips: number[]): void {
  trips.sort((a, b) => a - b);
  const at = (share: number): number =>
    Number((trips[Math.floor(trips.length * share)] ?? 0).toFixed(1));
  const json = { sent, answered: trips.length, leastMs: at(0), p50Ms: at(0.5), p99Ms: at(0.99) };
  process.stdout.write(`${JSON.stringify(json)}\n`);
  socket.close();
}
