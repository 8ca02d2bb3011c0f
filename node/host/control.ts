import { chmodSync, rmSync } from "node:fs";
import { type Server, type Socket, createServer } from "node:net";
import { serveConnection } from "./control-connection.ts";
import { controlPath, preparePrivateFolder } from "./control-path.ts";
import { MAX_CONNECTIONS } from "./control-protocol.ts";
import { EXIT, UserError } from "./errors.ts";
import { answers } from "./lock.ts";
import type { Node } from "./node.ts";

export { ControlClient } from "./control-client.ts";

/** Only its owner may connect: whoever can, can publish in the node's name. */
const OWNER_ONLY_UMASK = 0o177;

/** Serves a node's control socket until closed. Throws a UserError when a process elsewhere serves this home. */
export async function serveControl(node: Node): Promise<{ close(): Promise<void> }> {
  const { home } = node;
  if (home === undefined) throw new Error("a node without a home has no control socket");
  const path = controlPath(home);
  preparePrivateFolder(path, home);
  // The home's lock holds within one container; a socket in a shared folder answers across them.
  if (await answers(path)) {
    throw new UserError(
      `the home ${home} is served already`,
      "Stop that node first, or name another folder with --home.",
      EXIT.refused,
    );
  }
  rmSync(path, { force: true });
  /** BOUNDED: by MAX_CONNECTIONS. */
  const connections = new Set<Socket>();
  const server = createServer((socket) => {
    connections.add(socket);
    socket.once("close", () => connections.delete(socket));
    serveConnection(node, socket);
  });
  server.maxConnections = MAX_CONNECTIONS;
  await listen(server, path);
  return {
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of connections) socket.destroy();
      await closed;
    },
  };
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    const before = process.umask(OWNER_ONLY_UMASK);
    try {
      // Creates the socket file before it returns, so that its mode is never another one.
      server.listen({ path }, () => {
        chmodSync(path, 0o600);
        resolve();
      });
    } finally {
      process.umask(before);
    }
  });
}
