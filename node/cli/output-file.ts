import { rmSync } from "node:fs";
import { type FileHandle, open, realpath, rename, rm, stat } from "node:fs/promises";
import { toHex } from "../../wire/bytes.ts";
import { UserError, codeOf, messageOf } from "../host/errors.ts";
import { hostRandom } from "../host/random.ts";

/** Only its owner reads what is not sealed in it: how much there is. */
const MODE = 0o600;

/** By these people end a command. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * A file that is whole or not there: it has its name only when all of it is on the disk. What is no ordinary file, such
 * as a device, is written as it is.
 */
export class OutputFile {
  readonly #path: string;
  readonly #handle: FileHandle;
  /** Its name until it is whole. */
  readonly #partial: string | undefined;

  private constructor(path: string, handle: FileHandle, partial: string | undefined) {
    this.#path = path;
    this.#handle = handle;
    this.#partial = partial;
    if (partial !== undefined) for (const signal of SIGNALS) process.on(signal, this.#stopped);
  }

  /** Rejects with a UserError where nothing can be written. */
  static async create(path: string): Promise<OutputFile> {
    try {
      const known = await stat(path).catch(() => undefined);
      if (known !== undefined && !known.isFile()) {
        return new OutputFile(path, await open(path, "w"), undefined);
      }
      const place = known === undefined ? path : await realpath(path);
      // Not by our process number: in a container that is the same each time, and a killed one leaves its file.
      const partial = `${place}.${toHex(hostRandom.bytes(4))}.partial`;
      return new OutputFile(place, await open(partial, "wx", MODE), partial);
    } catch (error) {
      throw cannotWrite(path, error);
    }
  }

  async write(bytes: Uint8Array): Promise<void> {
    try {
      await this.#handle.writeFile(bytes);
    } catch (error) {
      throw cannotWrite(this.#path, error);
    }
  }

  /** All is written. */
  async finish(): Promise<void> {
    try {
      if (this.#partial !== undefined) await this.#handle.sync();
      await this.#handle.close();
      if (this.#partial !== undefined) await rename(this.#partial, this.#path);
      this.#isOver();
    } catch (error) {
      throw cannotWrite(this.#path, error);
    }
  }

  /** It will not be whole: nothing of it stays. */
  async abandon(): Promise<void> {
    await this.#handle.close().catch(() => {});
    if (this.#partial !== undefined) await rm(this.#partial, { force: true }).catch(() => {});
    this.#isOver();
  }

  /** Ends the process as the signal would have, less what is not whole. */
  readonly #stopped = (signal: NodeJS.Signals): void => {
    rmSync(this.#partial!, { force: true });
    this.#isOver();
    process.kill(process.pid, signal);
  };

  #isOver(): void {
    for (const signal of SIGNALS) process.off(signal, this.#stopped);
  }
}

function cannotWrite(path: string, error: unknown): UserError {
  return new UserError(
    `${path} cannot be written (${codeOf(error) ?? messageOf(error)})`,
    "Name another place, or make room there. Nothing was left behind.",
  );
}
