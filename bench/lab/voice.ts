/*
 * One voice of a call: `voice speak IP PORT` sends 50 datagrams per second, `voice hear PORT` says of each when it was
 * sent and how long it took, in milliseconds of the machine's monotonic clock, which both ends share.
 */
import { createSocket } from "node:dgram";

/** 160 bytes of sound and an RTP header, as bench/sim/call.ts. */
const VOICE_BYTES = 172;
const INTERVAL_MS = 20;

const [, , role, ...rest] = process.argv;
const socket = createSocket("udp4");
if (role === "speak") speak(rest[0]!, Number(rest[1]));
else hear(Number(rest[0]));

function speak(ip: string, port: number): void {
  socket.on("error", () => {});
  setInterval(() => {
    const sound = Buffer.alloc(VOICE_BYTES);
    sound.writeDoubleBE(now());
    socket.send(sound, port, ip);
  }, INTERVAL_MS);
}

function hear(port: number): void {
  socket.on("message", (sound) => {
    const sentMs = sound.readDoubleBE();
    tell({ event: "heard", sentMs, delayMs: now() - sentMs });
  });
  socket.bind(port, () => tell({ event: "ready" }));
}

function now(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

function tell(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
