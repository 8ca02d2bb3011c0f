/*
 * neighbours-child.ts echo | neighbours-child.ts flood: in a namespace of 10.77.0.0/16. `echo` sends back whatever
 * comes. `flood` sends what strangers have it send to neighbours that do not exist, and prints how many of 20 echoes it
 * gets.
 */
import { createSocket } from "node:dgram";
import { setTimeout as pause } from "node:timers/promises";
import { createLog } from "../../node/host/log.ts";
import { UdpSockets } from "../../node/host/net/udp.ts";
import { UnsolicitedBudget } from "../../nat/unsolicited.ts";
import { Address } from "../../wire/address.ts";

const PORT = 7_777;
const ECHO = Address.of("10.77.0.2", PORT)!;
/** What a puncture takes. */
const DATAGRAM = new Uint8Array(68);
const GROUPS = 40;
const ROUNDS = 100;
const PER_ROUND = 20;
const ECHOES = 20;

if (process.argv[2] === "echo") echo();
else await flood();

function echo(): void {
  const socket = createSocket("udp4");
  socket.on("message", (bytes, { port, address }) => socket.send(bytes, port, address));
  socket.bind(PORT, ECHO.host, () => process.stdout.write("ready\n"));
}

async function flood(): Promise<void> {
  let echoes = 0;
  const sockets = new UdpSockets(createLog({ level: "silent" }), () => echoes++);
  await sockets.bind(4, "10.77.0.1", PORT);
  const budget = new UnsolicitedBudget(() => true);
  for (let round = 0; round < ROUNDS; round++) {
    for (let i = round * PER_ROUND; i < (round + 1) * PER_ROUND; i++) {
      const target = Address.of(`10.77.${1 + (i >> 8)}.${i & 255}`, PORT)!;
      const namer = { group: `group ${i % GROUPS}`, isTrusted: false };
      if (budget.allow(target, namer, performance.now())) sockets.send(target, 0, DATAGRAM);
    }
    await pause(10);
    if (round >= ROUNDS - ECHOES) sockets.send(ECHO, 0, DATAGRAM);
  }
  // Less than the system takes to give up a neighbour.
  await pause(500);
  process.stdout.write(`${echoes}\n`);
  await sockets.close();
}
