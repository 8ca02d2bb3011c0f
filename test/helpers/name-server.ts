/*
 * `name-server FILE`: answers on UDP port 53 of loopback from a JSON file of names and their IPv4 addresses, read anew
 * for each question (RFC 1035). A name that is not in it does not exist.
 */
import { createSocket } from "node:dgram";
import { readFileSync } from "node:fs";

const file = process.argv[2] ?? "";
const HEADER_BYTES = 12;
/** Response, recursion desired and available; the last four bits are the code. */
const ANSWERS = 0x8180;
const NO_SUCH_NAME = 3;
const TYPE_A = 1;
/** Nobody shall remember it. */
const TTL_S = 0;

const socket = createSocket("udp4");
socket.on("message", (question, { address, port }) => socket.send(answer(question), port, address));
socket.bind(53, "127.0.0.1", () => process.stdout.write("ready\n"));

function answer(question: Buffer): Buffer {
  const { name, end } = nameIn(question);
  const addresses = (JSON.parse(readFileSync(file, "utf8")) as Record<string, string[]>)[name];
  const isAddress = question.readUInt16BE(end) === TYPE_A;
  const records = isAddress ? (addresses ?? []).map(record) : [];
  const header = Buffer.from(question.subarray(0, HEADER_BYTES));
  header.writeUInt16BE(ANSWERS | (addresses === undefined ? NO_SUCH_NAME : 0), 2);
  header.writeUInt16BE(records.length, 6);
  header.fill(0, 8);
  return Buffer.concat([header, question.subarray(HEADER_BYTES, end + 4), ...records]);
}

function nameIn(question: Buffer): { name: string; end: number } {
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (let length = question[at]!; length > 0; length = question[at]!) {
    labels.push(question.toString("latin1", at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join(".").toLowerCase(), end: at + 1 };
}

/** Of the name that begins right after the header. */
function record(ip: string): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt16BE(0xc000 | HEADER_BYTES, 0);
  bytes.writeUInt16BE(TYPE_A, 2);
  bytes.writeUInt16BE(1, 4);
  bytes.writeUInt32BE(TTL_S, 6);
  bytes.writeUInt16BE(4, 10);
  bytes.set(ip.split(".").map(Number), 12);
  return bytes;
}
