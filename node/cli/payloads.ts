import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { EXIT, UserError, messageOf } from "../host/errors.ts";
import { say } from "./output.ts";
import { count } from "./text.ts";
import { MAX_PAYLOAD_BYTES } from "../../wire/limits.ts";
import { LineSplitter } from "./line-splitter.ts";

/** What to publish: exactly one of them. */
export interface PutSource {
  text?: string;
  /** A file that becomes one bundle; `-` is standard input. */
  file?: string;
  /** A file each line of which becomes a bundle, but for empty ones; `-` is standard input. */
  lines?: string;
}

const STDIN = "-";
const CARRIAGE_RETURN = 0x0d;

/**
 * The payloads of `put` as they come, those that are there together in one portion; none has more than `most` bytes.
 * Throws a UserError at once unless there is just one source, so before anything is opened; and where a payload has
 * more, as soon as that is known: of a file before anything is published, of what flows in when the line has come so
 * far, with all before it published.
 */
export function readPayloads(source: PutSource, most: number): AsyncGenerator<Buffer[]> {
  const given = [source.text, source.file, source.lines].filter((part) => part !== undefined);
  if (given.length !== 1)
    throw usage(given.length === 0 ? "nothing to publish" : "too much to publish");
  return payloadsOf(source, most);
}

async function* payloadsOf(source: PutSource, most: number): AsyncGenerator<Buffer[]> {
  const { lines } = source;
  if (lines === undefined) return yield [await readWhole(source, most)];
  if (await isFile(lines)) await lookThrough(linesOf(lines, most, "Nothing was published"));
  yield* filledLines(linesOf(lines, most, "All before it was published"));
}

function usage(message: string): UserError {
  const hint =
    "Give one of: TEXT, - (standard input), --file FILE, --lines FILE. See: dispersy put --help";
  return new UserError(message, hint, EXIT.usage);
}

async function readWhole({ text, file = text }: PutSource, most: number): Promise<Buffer> {
  const isText = file === text && text !== STDIN;
  const payload = isText ? Buffer.from(text!) : await readUpTo(file!, most);
  if (payload !== undefined && payload.length <= most) return payload;
  const name = isText || file === STDIN ? "the payload" : file;
  throw new UserError(
    `${name} has more than the ${most} bytes that a bundle holds${besides(most)}. Nothing was published`,
    "Split it: --lines FILE publishes every line of a file as a bundle of its own.",
    EXIT.usage,
  );
}

/** Undefined for what is longer: no more of it is read. */
async function readUpTo(file: string, most: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of chunksOf(file)) {
    bytes += chunk.length;
    if (bytes > most) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** A whole file; `-` is standard input. Rejects with a UserError. */
export async function readInput(file: string): Promise<Buffer> {
  return (await readUpTo(file, Infinity))!;
}

async function* chunksOf(file: string): AsyncGenerator<Buffer> {
  try {
    const stream = file === STDIN ? process.stdin : createReadStream(file);
    for await (const chunk of stream) yield chunk as Buffer;
  } catch (error) {
    const name = file === STDIN ? "standard input" : file;
    throw new UserError(`cannot read ${name}: ${messageOf(error)}`, "Check the name of the file.");
  }
}

/** Whether it can be read twice, which a pipe cannot. */
async function isFile(path: string): Promise<boolean> {
  if (path === STDIN) return false;
  return (await stat(path).catch(() => undefined))?.isFile() === true;
}

async function lookThrough(source: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of source) continue;
}

/** Every line, byte for byte. Throws a UserError once one is too long; `otherwise`: what became of the others then. */
async function* linesOf(file: string, most: number, otherwise: string): AsyncGenerator<Buffer[]> {
  const splitter = new LineSplitter(most);
  for await (const chunk of chunksOf(file)) {
    yield splitter.split(chunk);
    if (splitter.isTooLong) throw lineTooLong(splitter.lines + 1, most, otherwise);
  }
  yield splitter.end();
}

function lineTooLong(line: number, most: number, otherwise: string): UserError {
  return new UserError(
    `line ${line} has more than the ${most} bytes that a bundle holds${besides(most)}. ${otherwise}`,
    "Break it into shorter lines.",
    EXIT.usage,
  );
}

function besides(most: number): string {
  return most < MAX_PAYLOAD_BYTES ? " beside its topic" : "";
}

async function* filledLines(source: AsyncIterable<Buffer[]>): AsyncGenerator<Buffer[]> {
  let [skipped, published] = [0, 0];
  for await (const lines of source) {
    const payloads = lines.filter((line) => !isEmpty(line));
    skipped += lines.length - payloads.length;
    published += payloads.length;
    yield payloads;
  }
  if (skipped > 0) say(`skipped ${count(skipped, "empty line")}`);
  if (published === 0) say("nothing was published: there is no line with anything in it");
}

/** A line without anything to publish, also where lines end as they do on Windows. */
function isEmpty(line: Buffer): boolean {
  return line.length === 0 || (line.length === 1 && line[0] === CARRIAGE_RETURN);
}
