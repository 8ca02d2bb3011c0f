import { readFile } from "node:fs/promises";
import { EXIT, UserError, messageOf } from "../host/errors.ts";
import { say } from "./output.ts";
import { count } from "./text.ts";
import { MAX_PAYLOAD_BYTES } from "../../wire/limits.ts";

/** What to publish: exactly one of them. */
export interface PutSource {
  text?: string;
  /** A file that becomes one bundle; `-` is standard input. */
  file?: string;
  /** A file each line of which becomes a bundle, but for empty ones; `-` is standard input. */
  lines?: string;
}

const STDIN = "-";
const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** The payloads of `put`, none of them too large. */
export async function readPayloads(source: PutSource): Promise<Uint8Array[]> {
  const given = [source.text, source.file, source.lines].filter((part) => part !== undefined);
  if (given.length !== 1)
    throw usage(given.length === 0 ? "nothing to publish" : "too much to publish");
  if (source.lines !== undefined) {
    const lines = splitLines(await readInput(source.lines));
    lines.forEach((line, i) => checkSize(line, `line ${i + 1}`, "Break it into shorter lines."));
    const payloads = lines.filter((line) => !isEmpty(line));
    const skipped = lines.length - payloads.length;
    if (skipped > 0) say(`skipped ${count(skipped, "empty line")}`);
    if (payloads.length === 0) say("nothing was published: there is no line with anything in it");
    return payloads;
  }
  const payload = await readWhole(source);
  const name = source.file === undefined || source.file === STDIN ? "the payload" : source.file;
  checkSize(
    payload,
    name,
    "Split it: --lines FILE publishes every line of a file as a bundle of its own.",
  );
  return [payload];
}

function usage(message: string): UserError {
  const hint =
    "Give one of: TEXT, - (standard input), --file FILE, --lines FILE. See: dispersy put --help";
  return new UserError(message, hint, EXIT.usage);
}

function readWhole(source: PutSource): Promise<Uint8Array> | Uint8Array {
  if (source.file !== undefined) return readInput(source.file);
  return source.text === STDIN ? readInput(STDIN) : Buffer.from(source.text!);
}

/** A whole file; `-` is standard input. Rejects with a UserError. */
export async function readInput(file: string): Promise<Buffer> {
  try {
    if (file !== STDIN) return await readFile(file);
    const chunks: Buffer[] = [];
    for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  } catch (error) {
    const name = file === STDIN ? "standard input" : file;
    throw new UserError(`cannot read ${name}: ${messageOf(error)}`, "Check the name of the file.");
  }
}

/** A line without anything to publish, also where lines end as they do on Windows. */
function isEmpty(line: Buffer): boolean {
  return line.length === 0 || (line.length === 1 && line[0] === CARRIAGE_RETURN);
}

/** Every line byte for byte, without its newline. */
export function splitLines(data: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  let start = 0;
  while (start < data.length) {
    const newline = data.indexOf(NEWLINE, start);
    const end = newline === -1 ? data.length : newline;
    lines.push(data.subarray(start, end));
    start = end + 1;
  }
  return lines;
}

function checkSize(payload: Uint8Array, what: string, hint: string): void {
  if (payload.length <= MAX_PAYLOAD_BYTES) return;
  throw new UserError(
    `${what} has ${payload.length} bytes; a bundle holds at most ${MAX_PAYLOAD_BYTES}. Nothing was published`,
    hint,
    EXIT.usage,
  );
}
