import { rmSync } from "node:fs";
import { type Server, type Socket, createServer } from "node:net";
import { join } from "node:path";
import { serveConnection } from "./connection.ts";
import { CONTROL_SOCKET, MAX_CONNECTIONS } from "./protocol.ts";
import { EXIT, UserError, codeOf } from "../errors.ts";
import type { Node } from "../node/node.ts";
import { SocketFolder, answers, listen } from "../files/socket-folder.ts";

export { ControlClient } from "./client.ts";

/** Only its owner may connect: whoever can, can publish in the node's name. */
const OWNER_ONLY_UMASK = 0o177;

export interface ControlPlace {
  folder: string;
  socket: string;
}

/**
 * Serves a control socket until closed: a node's in its home, a tracker's in the `place` that is given. Throws a
 * UserError when a process serves it.
 */
export async function serveControl(
  node: Node,
  place: ControlPlace = nodePlace(node),
): Promise<{ close(): Promise<void> }> {
  const folder = new SocketFolder(place.folder);
  /** BOUNDED: by MAX_CONNECTIONS. */
  const connections = new Set<Socket>();
  const server = createServer((socket) => {
    connections.add(socket);
    socket.once("close", () => connections.delete(socket));
    serveConnection(node, socket);
  });
  server.maxConnections = MAX_CONNECTIONS;
  try {
    await clearPlace(folder, place);
    await listenPrivately(server, folder.address(place.socket));
  } catch (error) {
    server.close();
    folder.close();
    throw error;
  }
  // Accepting fails for want of descriptors, say. The client sees it; the others are served on.
  server.on("error", (error) => {
    node.log.warn("a client of the control socket was lost", { code: codeOf(error) });
  });
  return {
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of connections) socket.destroy();
      await closed;
      folder.close();
    },
  };
}

function nodePlace({ home }: Node): ControlPlace {
  if (home === undefined) throw new Error("a node without a home has no control socket");
  return { folder: home, socket: CONTROL_SOCKET };
}

/** Removes the socket of a process that was killed. Throws a UserError when one is alive. */
async function clearPlace(folder: SocketFolder, place: ControlPlace): Promise<void> {
  if (await answers(folder.address(place.socket))) throw isServed(place);
  rmSync(join(place.folder, place.socket), { force: true });
}

function isServed({ folder, socket }: ControlPlace): UserError {
  if (socket === CONTROL_SOCKET) {
    return new UserError(
      `the home ${folder} is served already`,
      "Stop that node first, or name another folder with --home.",
      EXIT.refused,
    );
  }
  return new UserError(
    `another tracker has the control socket ${join(folder, socket)}`,
    "Name another folder with --home.",
    EXIT.refused,
  );
}

function listenPrivately(server: Server, path: string): Promise<void> {
  const before = process.umask(OWNER_ONLY_UMASK);
  try {
    // Creates the socket file before it returns, so that its mode is never another one.
    return listen(server, path);
  } finally {
    process.umask(before);
  }
}
