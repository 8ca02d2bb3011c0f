/**
 * A virtual Internet for tests of what is built on dispersy: hosts, NAT devices, links and one virtual time, with the
 * engine that real nodes run. No socket, no file, no waiting: a minute of ten nodes takes a fraction of a second, and
 * worlds of one seed do the same, datagram by datagram.
 *
 * @example
 * ```ts
 * import { World } from "dispersy/testing";
 *
 * const world = new World({ seed: 1, link: { latencyMs: 40, loss: 0.05 } });
 * const overlay = world.overlay();
 * const tracker = world.addTracker();
 * const anna = world.addNode({ overlay, founder: true, nat: "apdf", seeds: [tracker] });
 * const ben = world.addNode({ overlay, nat: "eif", seeds: [tracker] });
 * world.runFor(10_000);
 * world.publish(anna, [Buffer.from("hello")]);
 * world.runUntil(() => world.bundles(ben, { dataOnly: true }).length === 1, 60_000);
 * ```
 *
 * An overlay is private, as everywhere, unless it is made with `world.overlay({ public: true })`: stores hold it
 * sealed, and bundles are opened where a test is shown them. Signatures and sealing are stand-ins, which anybody
 * could forge or read and which cost next to nothing, unless a world is made with another `crypto`. All times are
 * virtual milliseconds; all mistakes of a caller are thrown as a RangeError or an Error with a sentence.
 *
 * @module
 */
export { World } from "./world.ts";
export type { HostOptions, NodeOptions, OverlayKeys, WorldOptions } from "./world.ts";
export type { SimNode } from "./node.ts";
export { KIND_NAMES, NAT_KINDS } from "./nat-kinds.ts";
export type { NatBehaviour, NatKind } from "./nat-kinds.ts";
export type { Lan } from "./endpoint.ts";
export type { Link } from "./link.ts";
export type { SimLink, SimLinkOptions } from "./sim-link.ts";
export type { Datagram, DatagramListener } from "./network.ts";
export type { Fate } from "./traffic.ts";
export type { Listing } from "../host/store/bundle-lookup.ts";
export type { EngineEvent } from "../core/effects.ts";
export type { Bundle, Content, Draft, Header } from "../../wire/bundle.ts";
