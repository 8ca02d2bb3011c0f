import { statSync } from "node:fs";
import { createInterface } from "node:readline";
import { EXIT, UserError } from "../host/errors.ts";
import { ANY_ACCESS_BY_OTHERS, HAS_MODES, quote } from "../host/files/ownership.ts";
import { readTicket } from "../host/node/read-ticket.ts";
import { parseTicket, type Ticket } from "../../wire/ticket.ts";
import { forHome } from "./command-name.ts";
import type { GlobalOptions } from "./options.ts";
import { say } from "./output.ts";
import { readInput } from "./payloads.ts";

const STDIN = "-";

/**
 * The tickets that `run` and `join` are given: as arguments, on standard input in place of the argument `-`, and in a
 * file. All are checked. Says so when others may read a secret: arguments are shown to every user of a machine.
 */
export async function readTickets(args: readonly string[], file?: string): Promise<string[]> {
  const named = ticketsIn(args.filter((arg) => arg !== STDIN).join(" "));
  if (named.map(readTicket).some(hasSecrets)) {
    say(
      "Other users can read the command line, where secrets do not belong: better use --ticket-file, or - (standard input).",
    );
  }
  const piped = args.includes(STDIN) ? ticketsFrom(await readStdin(), "standard input") : [];
  const filed = file === undefined ? [] : ticketsFrom(String(await readInput(file)), file);
  if (filed.length > 0) warnIfReadable(file!);
  return [...named, ...piped, ...filed];
}

function hasSecrets({ invitation, secret, helper }: Ticket): boolean {
  return [invitation, secret, helper].some((key) => key !== undefined);
}

/** Whether a ticket names somebody to begin from. */
function hasPlaces(ticket: string): boolean {
  const { at, peers = [], ws = [] } = readTicket(ticket);
  return at.length + peers.length + ws.length > 0;
}

/** Of a ticket that this node made: says so when nobody finds anybody with it. */
export function sayWithoutPlaces(ticket: string, options: GlobalOptions): void {
  if (hasPlaces(ticket)) return;
  const run = forHome("dispersy run", options);
  say(`This ticket names no place to begin from: that of a running node does (\`${run}\`).`);
}

/** Of tickets that are to be used, by a node that has no tracker either: says so when they lead to nobody. */
export function sayLeadingNowhere(tickets: readonly string[]): void {
  if (tickets.every(hasPlaces)) return;
  say(
    "The ticket names no place to begin from, and there is no tracker: only nodes of its own LAN can be found. " +
      "Ask for the ticket of a node that runs (`dispersy status` there), or start the node with --tracker host:port.",
  );
}

/**
 * What begins like a ticket goes on until the next one begins: mail wraps lines, and a shell splits what it is given.
 */
function ticketsIn(text: string): string[] {
  return text.split(/(?=dispersy:)/i).filter((piece) => /\w/.test(piece));
}

/** A pipe or a file to its end; from a terminal what is pasted, until it is whole. */
async function readStdin(): Promise<string> {
  if (!process.stdin.isTTY) return String(await readInput(STDIN));
  say("Paste the ticket here, and press Enter:");
  let text = "";
  const lines = createInterface({ input: process.stdin });
  for await (const line of lines) {
    text += `${line}\n`;
    if ((line === "" && text.trim() !== "") || isWhole(text)) break;
  }
  lines.close();
  process.stdin.pause();
  return text;
}

/** Whether there are tickets, none of which misses its end. */
function isWhole(text: string): boolean {
  const tickets = ticketsIn(text);
  return tickets.length > 0 && tickets.every((ticket) => !("mistake" in parseTicket(ticket)));
}

function ticketsFrom(text: string, name: string): string[] {
  const tickets = ticketsIn(text);
  if (tickets.length === 0) {
    throw new UserError(
      `there is no ticket in ${name}`,
      "`dispersy invite` prints one.",
      EXIT.usage,
    );
  }
  tickets.forEach(readTicket);
  return tickets;
}

function warnIfReadable(file: string): void {
  if (!HAS_MODES || (statSync(file).mode & ANY_ACCESS_BY_OTHERS) === 0) return;
  say(`Other users can get at ${file}. Run: chmod 600 ${quote(file)}`);
}
