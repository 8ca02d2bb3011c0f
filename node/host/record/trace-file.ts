import { type WriteStream, createWriteStream } from "node:fs";
import { EXIT, UserError, codeOf, messageOf } from "../errors.ts";
import { appendSecret } from "../files/append-secret.ts";
import type { Log } from "../log.ts";

/** What waits for the disk: some seconds of the busiest node. Beyond it the file ends, and the node goes on. */
const MAX_WAITING_BYTES = 64 * 1024 * 1024;

/**
 * A file that a running node appends to, readable by its owner only. Whatever becomes of the disk, the node goes on:
 * the file then ends early, which is logged.
 */
export class TraceFile {
  readonly #path: string;
  readonly #log: Log;
  readonly #stream: WriteStream;
  /** Bytes that it may still get. */
  #room: number;
  #ended = false;

  private constructor(path: string, log: Log, stream: WriteStream, room = Number.MAX_SAFE_INTEGER) {
    this.#path = path;
    this.#log = log;
    this.#stream = stream;
    this.#room = room;
    stream.on("error", (error) => this.#giveUp(codeOf(error) ?? messageOf(error)));
  }

  /** Creates the file. Throws a UserError when that is not possible, or when there is one of this name. */
  static async create(path: string, log: Log): Promise<TraceFile> {
    const stream = createWriteStream(path, { flags: "wx", mode: 0o600 });
    await new Promise<void>((resolve, reject) => {
      stream.once("open", () => resolve());
      stream.once("error", (error) => {
        const reason = codeOf(error) === "EEXIST" ? "it exists already" : codeOf(error);
        const sentence = `the file ${path} cannot be made: ${reason}`;
        reject(new UserError(sentence, "Name another file.", EXIT.failed));
      });
    });
    return new TraceFile(path, log, stream);
  }

  /**
   * Adds to the file, or creates it. It ends at `maxBytes`. Throws a UserError when it is full, is not ours alone, or
   * cannot be written.
   */
  static append(path: string, log: Log, maxBytes: number): TraceFile {
    const { file, bytes } = appendSecret(path);
    const stream = createWriteStream(path, { fd: file });
    if (bytes < maxBytes) return new TraceFile(path, log, stream, maxBytes - bytes);
    stream.destroy();
    const hint = "Name another file, or remove this one.";
    throw new UserError(`the file ${path} is full: it has ${bytes} bytes`, hint, EXIT.failed);
  }

  write(data: string | Uint8Array): void {
    if (this.#ended) return;
    this.#room -= data.length;
    if (this.#room < 0) return this.#giveUp("the file is full");
    this.#stream.write(data);
    if (this.#stream.writableLength > MAX_WAITING_BYTES) this.#giveUp("the disk is too slow");
  }

  /** Resolves when all that was written is in the file, or cannot be. */
  close(): Promise<void> {
    this.#ended = true;
    if (this.#stream.destroyed) return Promise.resolve();
    return new Promise((resolve) => this.#stream.once("close", resolve).end());
  }

  #giveUp(reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#log.warn("a recording ended early", { file: this.#path, reason });
    this.#stream.end();
  }
}
