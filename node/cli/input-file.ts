import { open } from "node:fs/promises";
import { EXIT, UserError, codeOf, messageOf } from "../host/errors.ts";
import type { Session } from "./offline.ts";

/** Standard input, where a file is asked for. */
export const STDIN = "-";

/** A file, or standard input, that is brought to a node. */
export interface InputFile {
  chunks: AsyncIterable<Uint8Array>;
  /** Undefined where nobody knows. */
  bytes: number | undefined;
}

/** Rejects with a UserError where there is nothing to read. */
export async function openInput(file: string): Promise<InputFile> {
  if (file === STDIN) {
    if (!process.stdin.isTTY) return { chunks: process.stdin, bytes: undefined };
    throw new UserError(
      "standard input is a terminal",
      "Name a file, or lead one in: dispersy import - < stick.dispersy",
      EXIT.usage,
    );
  }
  try {
    const handle = await open(file);
    const stat = await handle.stat();
    if (stat.isDirectory()) {
      await handle.close();
      throw new UserError(`${file} is a folder`, "Name the file in it that was exported.");
    }
    const bytes = stat.isFile() ? stat.size : undefined;
    return { chunks: handle.createReadStream() as AsyncIterable<Uint8Array>, bytes };
  } catch (error) {
    if (error instanceof UserError) throw error;
    const what = codeOf(error) === "ENOENT" ? `there is no file ${file}` : cannotRead(file, error);
    throw new UserError(what, "Check its name, and that you may read it.");
  }
}

function cannotRead(file: string, error: unknown): string {
  return `${file === STDIN ? "standard input" : file} cannot be read (${codeOf(error) ?? messageOf(error)})`;
}

/** Brings a file to a node piece by piece, at the node's pace, while it works on what it was asked for. */
export class Feeding {
  readonly #session: Session;
  readonly #file: string;
  readonly #input: InputFile;
  #isOver = false;
  #failure: UserError | undefined;

  constructor(session: Session, file: string, input: InputFile) {
    this.#session = session;
    this.#file = file;
    this.#input = input;
  }

  /** Why not all of the file was read. */
  get failure(): UserError | undefined {
    return this.#failure;
  }

  /** `pipe`: the number that the node gave; `read` hears how many bytes it got so far. */
  async run(pipe: number, read: (bytes: number) => void = () => {}): Promise<void> {
    let bytes = 0;
    try {
      for await (const chunk of this.#input.chunks) {
        if (this.#isOver) return;
        await this.#session.call("feed", { pipe, bytes: Buffer.from(chunk).toString("base64") });
        read((bytes += chunk.length));
      }
    } catch (error) {
      // When the node went away, whoever waits for its answer hears so.
      if (error instanceof UserError) return;
      this.#failure = new UserError(
        `${cannotRead(this.#file, error)} beyond byte ${bytes}`,
        "What came before is kept. Copy the file once more, and import it again.",
      );
    }
    await this.#session.call("feed", { pipe }).catch(() => {});
  }

  /** The node has what it wants. */
  end(): void {
    this.#isOver = true;
  }
}
