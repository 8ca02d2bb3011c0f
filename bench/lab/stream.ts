/*
 * Bytes over kernel TCP: `stream serve PORT BYTES` gives so many to whoever connects, without end for 0; `stream fetch
 * IP PORT` takes them, and says every 100 ms how many came, and in the end how long it took from the call of connect().
 */
import { connect, createServer } from "node:net";

const CHUNK = new Uint8Array(64 * 1024);
const REPORT_INTERVAL_MS = 100;

const [, , role, ...rest] = process.argv;
if (role === "serve") serve(Number(rest[0]), Number(rest[1]));
else fetch(rest[0]!, Number(rest[1]));

function serve(port: number, bytes: number): void {
  const server = createServer((socket) => {
    let left = bytes === 0 ? Infinity : bytes;
    const write = (): void => {
      while (left > 0) {
        const chunk = CHUNK.subarray(0, Math.min(left, CHUNK.length));
        left -= chunk.length;
        if (!socket.write(chunk)) return;
      }
      socket.end();
    };
    socket.on("drain", write);
    socket.on("error", () => {});
    write();
  });
  server.listen(port, "0.0.0.0", () => tell({ event: "ready" }));
}

function fetch(ip: string, port: number): void {
  const startMs = performance.now();
  let bytes = 0;
  const socket = connect(port, ip);
  socket.on("data", (chunk) => (bytes += chunk.length));
  const reports = setInterval(() => tell({ event: "received", bytes }), REPORT_INTERVAL_MS);
  socket.on("error", (error) => tell({ event: "failed", message: error.message }));
  socket.on("end", () => {
    clearInterval(reports);
    tell({ event: "done", seconds: (performance.now() - startMs) / 1_000, bytes });
  });
}

function tell(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
