import { type Ticket, parseTicket } from "../../../wire/ticket.ts";
import { EXIT, UserError } from "../errors.ts";

/** Reads a ticket; throws a UserError (exit code 2), which never contains it: it may hold a secret. */
export function readTicket(text: string): Ticket {
  const ticket = parseTicket(text);
  if (!("mistake" in ticket)) return ticket;
  throw new UserError(
    ticket.mistake,
    "Copy the whole ticket and put it in quotes: shells give & and ? a meaning.",
    EXIT.usage,
  );
}
