import { StringDecoder } from "node:string_decoder";
import { MAX_LINE_CHARACTERS } from "./protocol.ts";

/** Cuts a byte stream into lines. BOUNDED: an unfinished line has at most MAX_LINE_CHARACTERS. */
export class LineReader {
  readonly #decoder = new StringDecoder("utf8");
  #rest = "";

  /** The lines that `chunk` completes, or undefined when one is too long: the stream is then of no more use. */
  read(chunk: Buffer): string[] | undefined {
    const lines = (this.#rest + this.#decoder.write(chunk)).split("\n");
    this.#rest = lines.pop()!;
    const tooLong = [...lines, this.#rest].some((line) => line.length > MAX_LINE_CHARACTERS);
    return tooLong ? undefined : lines.filter((line) => line.trim() !== "");
  }
}
