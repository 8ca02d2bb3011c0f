import type { Socket } from "node:net";
import { type ItemStream, handlers } from "./methods.ts";
import { Params } from "./params.ts";
import { MAX_REQUESTS, MAX_UNSENT_BYTES, type Method, type Reply } from "./protocol.ts";
import { EXIT, UserError, messageOf } from "../errors.ts";
import { LineReader } from "./line-reader.ts";
import type { Node } from "../node/node.ts";

/** Unsent bytes from which on a listing waits for the client. */
const PAUSE_AT_BYTES = 64 * 1024;

/** Serves one client until it goes. */
export function serveConnection(node: Node, socket: Socket): void {
  new Connection(node, socket).serve();
}

class Connection {
  readonly #node: Node;
  readonly #socket: Socket;
  readonly #lines = new LineReader();
  readonly #closed: Promise<void>;
  /** BOUNDED: by MAX_REQUESTS. */
  #working = 0;

  constructor(node: Node, socket: Socket) {
    this.#node = node;
    this.#socket = socket;
    this.#closed = new Promise((resolve) => socket.once("close", () => resolve()));
  }

  serve(): void {
    // A client that goes away in the middle is ordinary; "close" follows.
    this.#socket.on("error", () => {});
    this.#socket.on("data", (chunk) => this.#read(chunk));
  }

  #read(chunk: Buffer): void {
    // What follows a refused line is not looked at; it may go on for long.
    if (this.#socket.writableEnded) return;
    const lines = this.#lines.read(chunk);
    if (lines === undefined) return this.#refuse(0, "the line is too long");
    for (const line of lines) {
      if (this.#socket.destroyed || this.#socket.writableEnded) return;
      this.#request(line);
    }
  }

  #request(line: string): void {
    let request: { id?: unknown; method?: unknown; params?: unknown };
    try {
      request = JSON.parse(line) as typeof request;
    } catch {
      return this.#refuse(0, "the line is not JSON");
    }
    const { id, method, params } = request ?? {};
    if (!Number.isSafeInteger(id)) return this.#refuse(0, "the request has no id");
    if (typeof method !== "string" || !Object.hasOwn(handlers, method)) {
      return this.#fail(id as number, usage("there is no such method"));
    }
    if (this.#working >= MAX_REQUESTS) {
      return this.#fail(id as number, usage(`more than ${MAX_REQUESTS} requests at a time`));
    }
    void this.#work(id as number, method as Method, new Params(params));
  }

  async #work(id: number, method: Method, params: Params): Promise<void> {
    this.#working++;
    try {
      const result = await handlers[method](this.#node, params, this.#items(id));
      this.#write({ id, result });
    } catch (error) {
      this.#fail(id, error);
    } finally {
      this.#working--;
    }
  }

  #items(id: number): ItemStream {
    const socket = this.#socket;
    const closed = this.#closed;
    return {
      get open() {
        return !socket.destroyed;
      },
      get waiting() {
        return socket.writableLength;
      },
      closed,
      push: (item) => this.#write({ id, item }),
      send: async (item) => {
        this.#write({ id, item });
        if (socket.destroyed || socket.writableLength < PAUSE_AT_BYTES) return;
        await Promise.race([new Promise((resolve) => socket.once("drain", resolve)), closed]);
      },
    };
  }

  #fail(id: number, error: unknown): void {
    if (error instanceof UserError) {
      const { exitCode: code, message, hint } = error;
      return this.#write({ id, error: { code, message, hint } });
    }
    this.#node.log.error("defect: a request failed", { error: messageOf(error) });
    const hint = "This is a defect of the program; see the node's log.";
    this.#write({ id, error: { code: EXIT.failed, message: messageOf(error), hint } });
  }

  /** What is no request cannot be answered properly, and what follows it cannot be trusted. */
  #refuse(id: number, reason: string): void {
    this.#fail(id, usage(reason));
    this.#socket.destroySoon();
  }

  #write(reply: Reply): void {
    if (this.#socket.destroyed || this.#socket.writableEnded) return;
    this.#socket.write(`${JSON.stringify(reply)}\n`);
    if (this.#socket.writableLength > MAX_UNSENT_BYTES) this.#socket.destroy();
  }
}

function usage(reason: string): UserError {
  return new UserError(
    `the node refused the request: ${reason}`,
    "Is it of another version?",
    EXIT.usage,
  );
}
