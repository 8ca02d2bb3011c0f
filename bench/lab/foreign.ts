/*
 * Drift: `foreign PER_SECOND IP` opens NAT entries of its own from inside a LAN, at random moments, as other people's
 * programs do. A NAT that counts has moved on between what an observer saw and what the other side predicts from it.
 */
import { createSocket } from "node:dgram";

const [perSecond, ip] = [Number(process.argv[2]), process.argv[3]!];
const FIRST_PORT = 20_000;
const PORTS = 40_000;

const socket = createSocket("udp4");
let flows = 0;
// The LAN is numbered anew between trials.
socket.on("error", () => {});

function next(): void {
  // A new destination port is a new entry where the mapping depends on it.
  socket.send("", FIRST_PORT + (flows++ % PORTS), ip);
  // Poisson arrivals.
  setTimeout(next, (-Math.log(1 - Math.random()) / perSecond) * 1_000);
}

socket.bind(0, () => {
  process.stdout.write("ready\n");
  next();
});
