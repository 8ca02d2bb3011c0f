import { type Socket, connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** Where the node takes WebSockets, and how much is done to it. */
export interface Target {
  port: number;
  /** Bytes that a flood sends in all. */
  bytes: number;
  connections: number;
  /** A flood that the node holds back goes after so long. */
  patienceMs: number;
}

/** What an attacker saw: which of its connections were ended by the node, and how many bytes it got rid of. */
export interface Seen {
  opened: number;
  ended: number;
  sent: number;
}

export type Attack = (target: Target) => Promise<Seen>;

const OPCODE = { continuation: 0, text: 1, binary: 2, ping: 9 } as const;
/** As many as one address may have. */
const FLOODERS = 16;

interface Frame {
  opcode?: keyof typeof OPCODE;
  isLast?: boolean;
  isCompressed?: boolean;
  /** What the header claims, when it is not the length. */
  claims?: number;
}

/** A frame of a client (RFC 6455 section 5.2): masked, by a key of zeros. */
export function frame(
  payload: Uint8Array,
  { opcode = "binary", isLast = true, isCompressed = false, claims }: Frame = {},
): Buffer {
  const first = (isLast ? 0x80 : 0) | (isCompressed ? 0x40 : 0) | OPCODE[opcode];
  const length = claims ?? payload.length;
  const head = Buffer.alloc(length < 126 ? 6 : length < 65_536 ? 8 : 14);
  head[0] = first;
  if (length < 126) head[1] = 0x80 | length;
  else if (length < 65_536) {
    head[1] = 0x80 | 126;
    head.writeUInt16BE(length, 2);
  } else {
    head[1] = 0x80 | 127;
    head.writeBigUInt64BE(BigInt(length), 2);
  }
  return Buffer.concat([head, payload]);
}

/** From one of several addresses of this machine. */
function dial(port: number, i = 0): Socket {
  const socket = connect({ port, host: "127.0.0.1", localAddress: `127.0.0.${2 + (i % 200)}` });
  socket.on("error", () => {});
  return socket;
}

/** An open WebSocket, by hand; undefined when it is refused. */
async function open(port: number, i = 0, headers = ""): Promise<Socket | undefined> {
  const socket = dial(port, i);
  socket.write(
    "GET /dispersy HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
      `Sec-WebSocket-Key: ${Buffer.alloc(16, i).toString("base64")}\r\nSec-WebSocket-Version: 13\r\n${headers}\r\n`,
  );
  const isOpen = await new Promise<boolean>((resolve) => {
    socket.once("data", (chunk: Buffer) => resolve(chunk.includes(" 101 ")));
    socket.once("close", () => resolve(false));
  });
  if (isOpen) return socket;
  socket.destroy();
  return undefined;
}

/** Writes the same again and again, as fast as it goes, until so much is sent or the node takes no more. */
async function pour(socket: Socket, chunk: Buffer, bytes: number, endMs: number): Promise<number> {
  let sent = 0;
  let wake = (): void => {};
  socket.on("drain", () => wake());
  socket.once("close", () => wake());
  while (sent < bytes && !socket.destroyed && performance.now() < endMs) {
    sent += chunk.length;
    if (socket.write(chunk)) continue;
    await new Promise<void>((resolve) => {
      wake = resolve;
      setTimeout(resolve, Math.max(0, endMs - performance.now())).unref();
    });
  }
  return sent - socket.writableLength;
}

/** Floods over several connections, which are opened anew when the node ends them. */
function flood(chunk: Buffer, { reads = true, mostOpened = 200 } = {}): Attack {
  return async ({ port, bytes, patienceMs }) => {
    const seen: Seen = { opened: 0, ended: 0, sent: 0 };
    const endMs = performance.now() + patienceMs;
    const one = async (i: number): Promise<void> => {
      while (performance.now() < endMs && seen.sent < bytes && seen.opened < mostOpened) {
        const socket = await open(port, i);
        if (socket === undefined) return;
        seen.opened++;
        if (reads) socket.resume();
        else socket.pause();
        seen.sent += await pour(socket, chunk, bytes / FLOODERS, endMs);
        if (socket.destroyed) seen.ended++;
        socket.destroy();
      }
    };
    await Promise.all(Array.from({ length: FLOODERS }, (_, i) => one(i)));
    return seen;
  };
}

/** `count` connections, each of which does something and is then left alone, until the node has ended all or some. */
function many(begin: (socket: Socket) => void): Attack {
  return async ({ port, connections }) => {
    const seen: Seen = { opened: 0, ended: 0, sent: 0 };
    const sockets: Socket[] = [];
    for (let i = 0; i < connections; i++) {
      const socket = dial(port, i);
      socket.once("connect", () => {
        seen.opened++;
        begin(socket);
      });
      socket.once("close", () => seen.ended++);
      socket.resume();
      sockets.push(socket);
      // The kernel lets so many wait to be accepted.
      if (i % 100 === 99) await sleep(5);
    }
    const end = performance.now() + 12_000;
    while (seen.ended < connections && performance.now() < end) await sleep(50);
    for (const socket of sockets) socket.destroy();
    return seen;
  };
}

/** Many copies in one write: what a link of the network would bring at once. */
export const often = (one: Buffer, times: number): Buffer => Buffer.concat(Array(times).fill(one));

export const ATTACKS: Record<string, Attack> = {
  "datagrams of nothing": flood(often(frame(Buffer.alloc(16_000, 10)), 4)),
  "messages of one byte": flood(often(frame(Buffer.of(10)), 9_000)),
  text: flood(frame(Buffer.alloc(16_000, 32), { opcode: "text" })),
  "messages that claim a gigabyte": flood(frame(Buffer.alloc(60_000), { claims: 2 ** 30 })),
  "fragments of nothing": flood(
    Buffer.concat([
      frame(Buffer.alloc(0), { isLast: false }),
      often(frame(Buffer.alloc(0), { opcode: "continuation", isLast: false }), 9_000),
    ]),
  ),
  "compressed messages": flood(frame(Buffer.alloc(1_000), { isCompressed: true })),
  pings: flood(often(frame(Buffer.alloc(125), { opcode: "ping" }), 500)),
  "pings whose pongs are not read": flood(
    often(frame(Buffer.alloc(125), { opcode: "ping" }), 500),
    {
      reads: false,
    },
  ),
  "connections that say nothing": many(() => {}),
  "headers that drip": many((socket) => {
    socket.write("GET /dispersy HTTP/1.1\r\n");
    const drip = setInterval(() => socket.write("x"), 500);
    socket.once("close", () => clearInterval(drip));
  }),
  "connections that come and go": async ({ port, connections }) => {
    const seen: Seen = { opened: 0, ended: 0, sent: 0 };
    const one = async (from: number): Promise<void> => {
      for (let i = from; i < connections; i += FLOODERS) {
        const socket = await open(port, i);
        if (socket === undefined) seen.ended++;
        else seen.opened++;
        socket?.destroy();
      }
    };
    await Promise.all(Array.from({ length: FLOODERS }, (_, i) => one(i)));
    return seen;
  },
  "open ones that say nothing": async ({ port, connections }) => {
    const seen: Seen = { opened: 0, ended: 0, sent: 0 };
    const sockets: Socket[] = [];
    for (let i = 0; i < connections; i++) {
      const socket = await open(port, i);
      if (socket === undefined) {
        seen.ended++;
        continue;
      }
      seen.opened++;
      socket.once("close", () => seen.ended++);
      socket.pause();
      sockets.push(socket);
    }
    for (const socket of sockets) socket.destroy();
    return seen;
  },
};

/** One that a reverse proxy on this machine brings from somewhere. */
export function openFor(port: number, client: string): Promise<Socket | undefined> {
  return open(port, 0, `X-Forwarded-For: 203.0.113.9, ${client}\r\n`);
}
