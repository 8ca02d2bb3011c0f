/**
 * dispersy as a library: a node that keeps a set of small signed bundles identical on all machines of a group, over
 * UDP, through NATs.
 *
 * @example
 * ```ts
 * import { Node } from "dispersy";
 *
 * const node = await Node.open({ home: "/var/lib/example" });
 * const { ticket } = node.overlays.length > 0 ? node.info() : await node.createOverlay();
 * // Private unless made with { public: true }: whoever has the ticket reads and writes.
 * console.log(`Others join with ${ticket}`);
 *
 * node.subscribe((event) => {
 *   if (event.event !== "bundle" || event.bundle.header.content.kind !== "data") return;
 *   console.log(Buffer.from(event.bundle.header.content.payload).toString());
 * });
 * await node.put(undefined, [Buffer.from("hello")]);
 * await node.close();
 * ```
 *
 * Whatever the user can put right is thrown as a `UserError`: its message says what happened, its hint what to do.
 * Anything else that is thrown is a defect.
 *
 * @module
 */
export { HomeError, UserError } from "./host/errors.ts";
export type { ExitCode } from "./host/errors.ts";
export { Node } from "./host/node/node.ts";
export type { ListOptions, LogLevel, NodeOptions, PutOptions } from "./host/node/node.ts";
export type { OverlaySummary, Status } from "./host/status/node-status.ts";
export type { OverlayInfo, PeerRow } from "./host/status/rows.ts";
export type { TicketReach } from "./host/runtime/own-ticket.ts";
export type { EngineEvent } from "./core/effects.ts";
export type { Bundle, Content, Draft, Header } from "../wire/bundle.ts";
export { formatTicket, parseTicket } from "../wire/ticket.ts";
export type { HostPort } from "../wire/place.ts";
export type { Ticket } from "../wire/ticket.ts";
