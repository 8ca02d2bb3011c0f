import { closeSync, constants, fstatSync, lstatSync, openSync, statSync } from "node:fs";
import { type Server, connect } from "node:net";
import { join, resolve } from "node:path";
import { HomeError, codeOf } from "../errors.ts";
import { WRITING_BY_OTHERS, checkOwn } from "./ownership.ts";

/** sun_path has 104 bytes on BSD and macOS, one of them for the end. */
const MAX_SOCKET_PATH_BYTES = 103;
const HAS_PROC = process.platform === "linux" || process.platform === "android";

/**
 * A folder of ours that holds sockets, kept open. On Linux its sockets are reached through the descriptor: a path of
 * any length fits into a socket's address (108 bytes) that way, and nobody exchanges the folder once it is checked.
 */
export class SocketFolder {
  readonly #path: string;
  readonly #descriptor: number;
  #isOpen = true;

  /** Throws a HomeError (exit code 6) when others own the folder or can write to it, else the system's error. */
  constructor(path: string) {
    this.#path = resolve(path);
    this.#descriptor = openFolder(this.#path);
    try {
      checkOwn("the home", this.#path, fstatSync(this.#descriptor), WRITING_BY_OTHERS);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** What a socket of that name is bound or connected to. Throws a HomeError when the system takes no such path. */
  address(name: string): string {
    if (HAS_PROC) return `/proc/self/fd/${this.#descriptor}/${name}`;
    const path = join(this.#path, name);
    if (Buffer.byteLength(path) <= MAX_SOCKET_PATH_BYTES) return path;
    throw new HomeError(
      `the path ${path} is too long for a socket`,
      "Name a folder with a shorter path with --home.",
    );
  }

  /**
   * Throws a HomeError (exit code 6) for a socket of somebody else, or that others can use; else the system's error.
   */
  checkSocket(name: string): void {
    checkOwn("the socket", join(this.#path, name), lstatSync(this.address(name)));
  }

  /** Once no socket in it is bound, connected or closed any more. */
  close(): void {
    // A descriptor that is closed twice may be somebody else's by then.
    if (this.#isOpen) closeSync(this.#descriptor);
    this.#isOpen = false;
  }
}

/** Whose folder it is says more than that it cannot be opened. */
function openFolder(path: string): number {
  try {
    return openSync(path, constants.O_RDONLY | (constants.O_DIRECTORY ?? 0));
  } catch (error) {
    if (codeOf(error) === "EACCES") checkOwn("the home", path, statSync(path), WRITING_BY_OTHERS);
    throw error;
  }
}

/** Resolves when the server listens; rejects with the system's error. */
export function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ path }, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

/** Whether a process listens on a socket file. Rejects with the system's error when that cannot be known. */
export function answers(path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path });
    const done = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", () => done(true));
    socket.once("error", (error) => {
      const code = codeOf(error) ?? "";
      // EAGAIN: so many wait that no more may; ECONNRESET: it was there a moment ago. What fails for another reason,
      // such as EMFILE, says nothing.
      if (code === "EAGAIN" || code === "ECONNRESET") done(true);
      else if (isNobody(code)) done(false);
      else reject(error);
    });
  });
}

/** Whether connecting failed because nobody listens there. */
export function isNobody(code: string | undefined): boolean {
  return code === "ENOENT" || code === "ECONNREFUSED" || code === "ENOTDIR";
}
