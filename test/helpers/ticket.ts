import assert from "node:assert/strict";
import { parseHostPort } from "../../wire/place.ts";
import { formatTicket, parseTicket, type Ticket } from "../../wire/ticket.ts";

/** The same ticket with other places, each `host:port`. */
export function ticketAt(ticket: string, ...places: string[]): string {
  const parsed = parseTicket(ticket);
  assert.ok(!("mistake" in parsed));
  return formatTicket({ ...parsed, at: places.map((place) => parseHostPort(place)!) });
}

/** The same ticket with nothing of where to begin but this. */
export function ticketWith(ticket: string, places: Partial<Pick<Ticket, "at" | "ws">>): string {
  const parsed = parseTicket(ticket);
  assert.ok(!("mistake" in parsed), "a ticket");
  const { peers: _peers, ws: _ws, ...keys } = parsed;
  return formatTicket({ ...keys, at: [], ...places });
}
