// Clients of servers on loopback, each at an address of its own. What the parent tells them to do is a `CallersOrder`:
//
//   callers FIRST COUNT OVERLAYS NICENESS    {"event": "opened"}, {"event": "greeted"}, {"event": "measured", ...}
import { createSocket, type Socket } from "node:dgram";
import { setPriority } from "node:os";
import { Address } from "../../wire/address.ts";
import type { CallersOrder, Greeting, Measuring } from "./crowd.ts";
import { type Client, type Dialect, DIALECTS } from "./dialects.ts";
import { meter, tell } from "./meter.ts";

/** Opened at a time: the process answers in between. */
const OPEN_TURN = 64;
/** Greetings under way: more overflow the receive buffer that a socket usually has. */
const GREETING_WINDOW = 32;
/** What was lost on the way would leave a closed loop for good. */
const REPEAT_MS = 100;
/** Of an open loop: the least that a timer takes. */
const TICK_MS = 1;
const HOST = "127.0.0.1";

interface Asked {
  port: number;
  dialect: Dialect;
  /** By client. BOUNDED: by the clients. */
  questions: (Uint8Array | undefined)[];
}

const [first = 0, count = 0, overlays = 1, niceness = 0] = process.argv.slice(2).map(Number);
const sockets: Socket[] = [];
/** By server. BOUNDED: by what the parent greets. */
const known: Asked[] = [];
const counts = { asked: 0, answers: 0, punctureRequests: 0, others: 0, repeated: 0 };
let asked: Asked | undefined;
/** What an answer to a greeting leads to. */
let greeted: (() => void) | undefined;
/** What an answer to a question leads to: nothing in an open loop. */
let next: (() => void) | undefined;
let turn = 0;
let identifier = 0;

meter();
setPriority(niceness);
await open();
process.on("message", (order: CallersOrder) => void obey(order));
process.once("disconnect", () => process.exit(0));
tell({ event: "opened" });

async function open(): Promise<void> {
  for (let client = 0; client < count; client++) {
    sockets.push(socketOf(client));
    if (client % OPEN_TURN === 0) await new Promise((done) => setImmediate(done));
  }
}

/** Bound when it returns, since nothing has to be looked up. */
function socketOf(client: number): Socket {
  const socket = createSocket({ type: "udp4", lookup: (host, _, done) => done(null, host, 4) });
  socket.on("message", (bytes, { port }) => heard(client, bytes, port));
  const number = first + client;
  socket.bind(0, `127.${1 + (number >> 16)}.${(number >> 8) & 255}.${number & 255}`);
  return socket;
}

async function obey(order: CallersOrder): Promise<void> {
  if (typeof order !== "object") return;
  if ("greet" in order) tell({ event: "greeted", server: await greet(order.greet) });
  if ("measure" in order) tell({ event: "measured", ...(await measure(order.measure)) });
}

function clientOf(client: number): Client {
  const number = first + client;
  return { number, overlay: number % overlays, server: Address.of(HOST, asked!.port)! };
}

/** Every client asks the server for what it needs to ask. */
async function greet({ dialect, port }: Greeting): Promise<number> {
  const questions = Array.from({ length: count }, () => undefined);
  asked = { port, dialect: DIALECTS[dialect], questions };
  known.push(asked);
  let client = 0;
  let left = count;
  await new Promise<void>((done) => {
    const more = (): void => {
      while (client < count && asked!.questions[client] !== undefined) client++;
      if (client < count) send(client, asked!.dialect.greeting(clientOf(client++)));
    };
    greeted = () => {
      if (--left === 0) done();
      else more();
    };
    // Those that got no answer are asked again, from the beginning.
    const repeat = setInterval(() => {
      if (left === 0) return clearInterval(repeat);
      if (client >= count) client = 0;
      for (let i = 0; i < GREETING_WINDOW; i++) more();
    }, REPEAT_MS);
    for (let i = 0; i < GREETING_WINDOW; i++) more();
  });
  greeted = undefined;
  return known.length - 1;
}

async function measure({ server, way, underWay, rate, seconds }: Measuring): Promise<object> {
  asked = known[server]!;
  const before = { ...counts };
  const begin = performance.now();
  const stop = way === "closed" ? callAwake(underWay) : callAsleep(rate);
  await new Promise((done) => setTimeout(done, seconds * 1_000));
  stop();
  const took = (performance.now() - begin) / 1_000;
  const differences = Object.entries(counts).map(([name, value]) => [
    name,
    value - before[name as keyof typeof before],
  ]);
  return { seconds: took, ...Object.fromEntries(differences) };
}

/** A closed loop: what is answered lets the next client ask, and the process never sleeps. */
function callAwake(underWay: number): () => void {
  let isOver = false;
  let answered = counts.answers;
  const stayAwake = (): void => {
    if (!isOver) setImmediate(stayAwake);
  };
  const fill = (): void => {
    for (let i = 0; i < underWay; i++) ask();
  };
  const repeat = setInterval(() => {
    if (counts.answers === answered) {
      counts.repeated += underWay;
      fill();
    }
    answered = counts.answers;
  }, REPEAT_MS);
  next = ask;
  stayAwake();
  fill();
  return () => {
    isOver = true;
    next = undefined;
    clearInterval(repeat);
  };
}

/** An open loop: clients ask at a rate of theirs, whatever comes of it, and sleep in between. */
function callAsleep(perSecond: number): () => void {
  const begin = performance.now();
  let sent = 0;
  const ticks = setInterval(() => {
    const due = Math.floor(((performance.now() - begin) / 1_000) * perSecond);
    for (; sent < due; sent++) ask();
  }, TICK_MS);
  return () => clearInterval(ticks);
}

/** The client whose turn it is asks. */
function ask(): void {
  turn = (turn + 1) % count;
  const question = asked!.questions[turn]!;
  asked!.dialect.renew(question, ++identifier);
  counts.asked++;
  send(turn, question);
}

function send(client: number, bytes: Uint8Array): void {
  // A queue that is full loses it, as any line does.
  sockets[client]!.send(bytes, asked!.port, HOST, () => undefined);
}

function heard(client: number, bytes: Uint8Array, port: number): void {
  // What another server says late is none of this one's.
  if (port !== asked?.port) return;
  const { dialect, questions } = asked;
  if (questions[client] === undefined) {
    questions[client] = dialect.question(clientOf(client), bytes);
    if (questions[client] !== undefined) greeted?.();
    return;
  }
  const kind = dialect.hear(bytes);
  counts[kind]++;
  if (kind === "punctureRequests") return;
  // As after a greeting: what it asked with holds no longer.
  if (kind === "others") questions[client] = dialect.question(clientOf(client), bytes);
  next?.();
}
