import assert from "node:assert/strict";
import { parseHostPort } from "../../wire/place.ts";
import { formatTicket, parseTicket } from "../../wire/ticket.ts";

/** The same ticket with other places, each `host:port`. */
export function ticketAt(ticket: string, ...places: string[]): string {
  const parsed = parseTicket(ticket);
  assert.ok(!("mistake" in parsed));
  return formatTicket({ ...parsed, at: places.map((place) => parseHostPort(place)!) });
}
