import { type Socket, connect } from "node:net";
import { CONTROL_SOCKET, type Method, type Methods, type Reply } from "./protocol.ts";
import { EXIT, type FailureCode, UserError, codeOf } from "../errors.ts";
import { LineReader } from "./line-reader.ts";
import { SocketFolder, isNobody } from "../files/socket-folder.ts";

interface Call {
  resolve: (result: never) => void;
  reject: (error: UserError) => void;
  onItem: ((item: never) => unknown) | undefined;
}

/** One connection to the node that serves a home, or to a tracker. */
export class ControlClient {
  readonly #socket: Socket;
  readonly #lines = new LineReader();
  /** BOUNDED: by the caller's own calls. */
  readonly #calls = new Map<number, Call>();
  #ids = 0;
  /** What came behind an item that is being dealt with. BOUNDED: by one chunk, since nothing more is read then. */
  readonly #behind: string[] = [];
  #isBusy = false;
  #isLost = false;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (chunk) => this.#read(chunk));
    socket.on("error", () => {});
    socket.on("close", () => {
      this.#isLost = true;
      this.#proceed();
    });
  }

  /**
   * Undefined when no node serves this home. Rejects with a UserError, before anything is sent, when the home or the
   * socket in it is somebody else's, or open to others: what we publish would go to them.
   */
  static async connect(home: string, name = CONTROL_SOCKET): Promise<ControlClient | undefined> {
    try {
      return new ControlClient(await connectIn(home, name));
    } catch (error) {
      if (error instanceof UserError) throw error;
      const code = codeOf(error);
      if (isNobody(code)) return undefined;
      if (code === "EACCES") throw notYours(home);
      throw new UserError(`cannot reach the node that serves ${home} (${code})`, "Try again.");
    }
  }

  /**
   * Rejects with the UserError that the node answered, or one of exit code 3 when the connection breaks. While a
   * promise that `onItem` returned is open, nothing more is heard, of any call: one item at a time, and the node waits.
   * If it rejects, so does the call, and what still comes for it is dropped.
   */
  call<M extends Method>(
    method: M,
    params: Methods[M]["params"],
    onItem?: (item: Methods[M]["item"]) => unknown,
  ): Promise<Methods[M]["result"]> {
    return new Promise((resolve, reject) => {
      if (this.#socket.destroyed) return reject(lost());
      const id = ++this.#ids;
      this.#calls.set(id, { resolve, reject, onItem: onItem as Call["onItem"] });
      this.#socket.write(`${JSON.stringify({ id, method, params })}\n`);
    });
  }

  /** False once the node has closed the connection, or we have. */
  get isOpen(): boolean {
    return !this.#socket.destroyed;
  }

  close(): void {
    this.#socket.destroy();
  }

  #read(chunk: Buffer): void {
    this.#behind.push(...(this.#lines.read(chunk) ?? []));
    this.#proceed();
  }

  #proceed(): void {
    while (!this.#isBusy) {
      const line = this.#behind.shift();
      if (line === undefined) break;
      this.#heard(JSON.parse(line) as Reply);
    }
    // What came before the connection broke is heard first.
    if (this.#isLost && !this.#isBusy) this.#lost();
  }

  #heard(reply: Reply): void {
    const call = this.#calls.get(reply.id);
    if ("item" in reply) {
      return this.#pauseFor(call?.onItem?.(reply.item as never), (error: UserError) => {
        this.#calls.delete(reply.id);
        call?.reject(error);
      });
    }
    this.#calls.delete(reply.id);
    if ("result" in reply) return call?.resolve(reply.result as never);
    const { code, message, hint } = reply.error;
    call?.reject(new UserError(message, hint, code as FailureCode));
  }

  #pauseFor(handled: unknown, failed: (error: UserError) => void): void {
    if (!(handled instanceof Promise)) return;
    this.#isBusy = true;
    this.#socket.pause();
    void handled.catch(failed).finally(() => {
      this.#isBusy = false;
      this.#socket.resume();
      this.#proceed();
    });
  }

  #lost(): void {
    for (const { reject } of this.#calls.values()) reject(lost());
    this.#calls.clear();
  }
}

function lost(): UserError {
  return new UserError("the node went away", "Start it again: dispersy run", EXIT.noDaemon);
}

/** Rejects with a HomeError or the system's error. */
async function connectIn(home: string, name: string): Promise<Socket> {
  const folder = new SocketFolder(home);
  try {
    folder.checkSocket(name);
    const socket = connect({ path: folder.address(name) });
    await new Promise<void>((resolve, reject) => {
      socket.once("connect", resolve);
      socket.once("error", reject);
    });
    socket.removeAllListeners("error");
    return socket;
  } finally {
    folder.close();
  }
}

function notYours(home: string): UserError {
  return new UserError(
    `the node that serves ${home} is not yours`,
    "Run this as the user that started it.",
    EXIT.refused,
  );
}
