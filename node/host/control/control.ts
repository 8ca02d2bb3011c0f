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

/** Serves a node's control socket, in its home, until closed. Throws a UserError when a process serves this home. */
export async function serveControl(node: Node): Promise<{ close(): Promise<void> }> {
  const { home } = node;
  if (home === undefined) throw new Error("a node without a home has no control socket");
  const folder = new SocketFolder(home);
  /** BOUNDED: by MAX_CONNECTIONS. */
  const connections = new Set<Socket>();
  const server = createServer((socket) => {
    connections.add(socket);
    socket.once("close", () => connections.delete(socket));
    serveConnection(node, socket);
  });
  server.maxConnections = MAX_CONNECTIONS;
  try {
    await clearPlace(folder, home);
    await listenPrivately(server, folder.address(CONTROL_SOCKET));
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

/** Removes the socket of a node that was killed. Throws a UserError when one is alive. */
async function clearPlace(folder: SocketFolder, home: string): Promise<void> {
  if (await answers(folder.address(CONTROL_SOCKET))) {
    throw new UserError(
      `the home ${home} is served already`,
      "Stop that node first, or name another folder with --home.",
      EXIT.refused,
    );
  }
  rmSync(join(home, CONTROL_SOCKET), { force: true });
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
