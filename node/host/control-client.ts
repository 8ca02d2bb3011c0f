import { type Socket, connect } from "node:net";
import { controlPath } from "./control-path.ts";
import type { Method, Methods, Reply } from "./control-protocol.ts";
import { EXIT, type ExitCode, UserError, codeOf } from "./errors.ts";
import { LineReader } from "./line-reader.ts";

interface Call {
  resolve: (result: never) => void;
  reject: (error: UserError) => void;
  onItem: ((item: never) => void) | undefined;
}

/** One connection to the node that serves a home. */
export class ControlClient {
  readonly #socket: Socket;
  readonly #lines = new LineReader();
  /** BOUNDED: by the caller's own calls. */
  readonly #calls = new Map<number, Call>();
  #ids = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (chunk) => this.#read(chunk));
    socket.on("error", () => {});
    socket.on("close", () => this.#lost());
  }

  /** Undefined when no node serves this home. Rejects with a UserError when it is somebody else's. */
  static connect(home: string): Promise<ControlClient | undefined> {
    return new Promise((resolve, reject) => {
      const socket = connect({ path: controlPath(home) });
      socket.once("connect", () => {
        socket.removeAllListeners("error");
        resolve(new ControlClient(socket));
      });
      socket.once("error", (error) => {
        if (codeOf(error) !== "EACCES") return resolve(undefined);
        reject(
          new UserError(
            `the node that serves ${home} is not yours`,
            "Run this as the user that started it.",
            EXIT.refused,
          ),
        );
      });
    });
  }

  /** Rejects with the UserError that the node answered, or one of exit code 3 when the connection breaks. */
  call<M extends Method>(
    method: M,
    params: Methods[M]["params"],
    onItem?: (item: Methods[M]["item"]) => void,
  ): Promise<Methods[M]["result"]> {
    return new Promise((resolve, reject) => {
      if (this.#socket.destroyed) return reject(lost());
      const id = ++this.#ids;
      this.#calls.set(id, { resolve, reject, onItem: onItem as Call["onItem"] });
      this.#socket.write(`${JSON.stringify({ id, method, params })}\n`);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #read(chunk: Buffer): void {
    for (const line of this.#lines.read(chunk) ?? []) this.#heard(JSON.parse(line) as Reply);
  }

  #heard(reply: Reply): void {
    const call = this.#calls.get(reply.id);
    if ("item" in reply) return call?.onItem?.(reply.item as never);
    this.#calls.delete(reply.id);
    if ("result" in reply) return call?.resolve(reply.result as never);
    const { code, message, hint } = reply.error;
    call?.reject(new UserError(message, hint, code as ExitCode));
  }

  #lost(): void {
    for (const { reject } of this.#calls.values()) reject(lost());
    this.#calls.clear();
  }
}

function lost(): UserError {
  return new UserError("the node went away", "Start it again: dispersy run", EXIT.noDaemon);
}
