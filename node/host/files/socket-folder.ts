import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  linkSync,
  lstatSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { type Server, connect } from "node:net";
import { join, resolve } from "node:path";
import { toHex } from "../../../wire/bytes.ts";
import { HomeError, codeOf } from "../errors.ts";
import { hostRandom } from "../random.ts";
import { WRITING_BY_OTHERS, checkOwn } from "./ownership.ts";

/** sun_path has 104 bytes on BSD and macOS, one of them for the end. */
const MAX_SOCKET_PATH_BYTES = 103;
const WITH_PROC: readonly NodeJS.Platform[] = ["linux", "android"];

/**
 * A folder of ours that holds sockets, kept open. On Linux its sockets are reached through the descriptor: a path of
 * any length fits into a socket's address (108 bytes) that way, and nobody exchanges the folder once it is checked.
 * Windows has no sockets in folders: there they are named pipes, under a name that only the folder tells.
 */
export class SocketFolder {
  readonly #path: string;
  readonly #platform: NodeJS.Platform;
  readonly #descriptor: number | undefined;
  #pipes = "";
  #isOpen = true;

  /**
   * Throws a HomeError (exit code 6) when others own the folder or can write to it, else the system's error: on Windows
   * also ENOENT when nobody ever served it.
   */
  constructor(path: string, platform: NodeJS.Platform = process.platform) {
    this.#path = resolve(path);
    this.#platform = platform;
    if (platform === "win32") {
      this.#pipes = readPipeName(this.#path);
      return;
    }
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
    if (this.#platform === "win32") return `\\\\.\\pipe\\dispersy-${this.#pipes}-${name}`;
    if (WITH_PROC.includes(this.#platform)) return `/proc/self/fd/${this.#descriptor}/${name}`;
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
    // Whoever could make a pipe of that name has read the folder.
    if (this.#platform === "win32") return;
    checkOwn("the socket", join(this.#path, name), lstatSync(this.address(name)));
  }

  /** Once no socket in it is bound, connected or closed any more. */
  close(): void {
    // A descriptor that is closed twice may be somebody else's by then.
    if (this.#isOpen && this.#descriptor !== undefined) closeSync(this.#descriptor);
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

/** In the folder: what the names of its pipes begin with. All users see pipes, so that the name must not be guessed. */
const PIPE_NAME = "pipe-name";

function readPipeName(folder: string): string {
  return readFileSync(join(folder, PIPE_NAME), "utf8").trim();
}

/** Gives a folder its name for pipes, where it has none. Of two that do it at once, one does. */
export function makePipeName(folder: string): void {
  const place = join(folder, PIPE_NAME);
  if (existsSync(place)) return;
  const name = toHex(hostRandom.bytes(16));
  const unfinished = `${place}-${name}.new`;
  writeFileSync(unfinished, `${name}\n`, { mode: 0o600 });
  try {
    linkSync(unfinished, place);
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
  } finally {
    rmSync(unfinished, { force: true });
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
