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
 * // Each bundle once, over restarts too: the home keeps where the reader of this name stopped.
 * node.subscribe(({ bundle: { header } }) => {
 *   if (header.content.kind === "data") console.log(Buffer.from(header.content.payload).toString());
 * }, { name: "printer" });
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
export type {
  Delivery,
  ExportOptions,
  ExportOutcome,
  FileProblem,
  ImportOutcome,
  ListOptions,
  LogLevel,
  NodeOptions,
  PutOptions,
  Reading,
  ReadOptions,
} from "./host/node/node.ts";
export type { OverlaySummary, Status } from "./host/status/node-status.ts";
export type { OverlayInfo, PeerRow } from "./host/status/rows.ts";
export type { TicketReach } from "./host/runtime/own-ticket.ts";
export type { EngineEvent } from "./core/effects.ts";
export type { Bundle, Content, Draft, Header } from "../wire/bundle.ts";
export { formatTicket, parseTicket } from "../wire/ticket.ts";
export type { HostPort } from "../wire/place.ts";
export type { Ticket } from "../wire/ticket.ts";
