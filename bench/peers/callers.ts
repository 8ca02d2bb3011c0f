// The clients of a server on loopback, in a closed loop: each asks so and so many questions at a time, and the next one
// when one is answered.
//
//   callers DIALECT PORT CLIENTS UNDER_WAY SECONDS WARM_UP    {"event": "measuring"}, {"event": "measured", "seconds",
// "replies", "others", "repeated"}
import { createSocket, type Socket } from "node:dgram";
import { Address } from "../../wire/address.ts";
import { type DialectName, DIALECTS } from "./dialects.ts";
import { meter, tell } from "./meter.ts";

/** A machine that is too slow for so many. */
const WARM_UP_LIMIT_MS = 30_000;
const LOOK_INTERVAL_MS = 50;
/** What was lost on the way would leave the loop for good. */
const REPEAT_MS = 100;

const [, , name, ...numbers] = process.argv;
const [port = 0, clients = 0, underWay = 0, seconds = 0, warmUp = 0] = numbers.map(Number);
const { greeting, question, isReply } = DIALECTS[name as DialectName];
const server = Address.of("127.0.0.1", port)!;

const counts = { replies: 0, others: 0, repeated: 0 };
meter();
stayAwake();
const opened = await Promise.all(Array.from({ length: clients }, (_, client) => open(client)));
const limitMs = performance.now() + WARM_UP_LIMIT_MS;
while (counts.replies < warmUp && performance.now() < limitMs) await pause(LOOK_INTERVAL_MS);
tell({ event: "measuring" });
const before = { ...counts };
const begin = performance.now();
await pause(seconds * 1_000);
const took = (performance.now() - begin) / 1_000;
const measured = {
  event: "measured",
  seconds: took,
  replies: counts.replies - before.replies,
  others: counts.others - before.others,
  repeated: counts.repeated - before.repeated,
};
for (const close of opened) close();
tell(measured);
process.once("disconnect", () => process.exit(0));

async function open(client: number): Promise<() => void> {
  const socket = createSocket("udp4");
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  await new Promise<void>((resolve) => socket.connect(port, "127.0.0.1", resolve));
  const timer = call(socket, client);
  return () => {
    clearInterval(timer);
    socket.close();
  };
}

function call(socket: Socket, client: number): NodeJS.Timeout {
  let asked: Uint8Array | undefined;
  let heard = false;
  socket.on("error", () => undefined);
  socket.on("message", (bytes) => {
    heard = true;
    if (asked === undefined) {
      asked = question(client, server, bytes);
      if (asked === undefined) return;
      for (let i = 0; i < underWay; i++) socket.send(asked);
    } else if (isReply(bytes)) {
      counts.replies++;
      socket.send(asked);
    } else counts.others++;
  });
  socket.send(greeting(client, server));
  return setInterval(() => {
    if (!heard) {
      counts.repeated++;
      socket.send(asked ?? greeting(client, server));
    }
    heard = false;
  }, REPEAT_MS);
}

/**
 * Whoever sleeps in the kernel is woken at the expense of whoever sends to it, which on one machine is the server: a
 * tenth of its time or more, and nothing for one so fast that its clients never sleep. Over a network it would not pay
 * for it at all.
 */
function stayAwake(): void {
  setImmediate(stayAwake);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
