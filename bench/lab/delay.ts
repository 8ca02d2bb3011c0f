/*
 * Runs inside the middle of the lab's Internet, as `delay PORT SOCAT_PORT MILLISECONDS`: every datagram that comes on
 * loopback (an IP packet out of a TUN device) is sent back after a while, to go on from there. The kernel of the lab
 * has no netem.
 */
import { createSocket } from "node:dgram";

const [port, socatPort, delayMs] = process.argv.slice(2).map(Number) as [number, number, number];

/** BOUNDED: a burst beyond this is lost, like in the queue of a router. 100,000 packets of 1,500 bytes. */
const MAX_HELD_PACKETS = 100_000;
/** The greatest that the system usually allows. */
const BUFFER_BYTES = 4 * 1024 * 1024;

/** In order of arrival, so in order of departure. */
let held: { due: number; packet: Uint8Array }[] = [];
let waiting = false;

const socket = createSocket("udp4");
socket.on("message", (packet) => {
  if (held.length >= MAX_HELD_PACKETS) return;
  held.push({ due: performance.now() + delayMs, packet });
  wait();
});
socket.bind(port, "127.0.0.1", () => {
  socket.setRecvBufferSize(BUFFER_BYTES);
  socket.setSendBufferSize(BUFFER_BYTES);
  // Connected: nobody else gets in, and each send takes one system call.
  socket.connect(socatPort, "127.0.0.1", () => process.stdout.write("ready\n"));
});

function wait(): void {
  const first = held[0];
  if (waiting || first === undefined) return;
  waiting = true;
  setTimeout(release, Math.max(0, Math.floor(first.due - performance.now())));
}

function release(): void {
  waiting = false;
  const now = performance.now();
  let sent = 0;
  // Timers are whole milliseconds: what is due within half of one goes now.
  while (sent < held.length && held[sent]!.due <= now + 0.5) socket.send(held[sent++]!.packet);
  held = held.slice(sent);
  wait();
}
