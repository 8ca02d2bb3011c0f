import type { Bundle, Draft } from "../../wire/bundle.ts";
import { toHex } from "../../wire/bytes.ts";
import { newSecretKey, overlayId } from "../../wire/identity.ts";
import { type HostPort, formatTicket } from "../../wire/ticket.ts";
import type { EngineEvent } from "../effects.ts";
import { PROFILES } from "../profile.ts";
import { type ListOptions, findBundle, listBundles } from "./bundle-lookup.ts";
import { instant } from "./clock.ts";
import { parseListen, parsePlace } from "./endpoint.ts";
import { EXIT, UserError, messageOf } from "./errors.ts";
import { Home, type HomeOverlay } from "./home.ts";
import { type Joined, remember, takePart } from "./joined.ts";
import { LmdbStore } from "./lmdb-store.ts";
import { type HomeLock, lockHome } from "./lock.ts";
import { type Log, type LogLevel, createLog } from "./log.ts";
import { nativeCrypto } from "./native-crypto.ts";
import type { OverlayInfo, PeerRow, Status, TicketReach } from "./node-status.ts";
import { type Whereabouts, ticketPlaces, ticketReach } from "./own-ticket.ts";
import { Publisher } from "./publisher.ts";
import { hostRandom } from "./random.ts";
import { peerRow } from "./rows.ts";
import { Runtime } from "./runtime.ts";
import { unique } from "./seeds.ts";
import { describeNode } from "./status-report.ts";
import { readTicket } from "./read-ticket.ts";

export type { LogLevel } from "./log.ts";
export type { ListOptions } from "./bundle-lookup.ts";
export { bundleRow } from "./rows.ts";

export interface NodeOptions {
  /** Folder of the node; by default `$XDG_DATA_HOME/dispersy` or `~/.local/share/dispersy`. Unused by a tracker. */
  home?: string;
  /** `host:port`, `[v6]:port` or `:port`. Without it, all interfaces and the port of the last run. */
  listen?: string;
  /** `host:port` of trackers to begin from, besides those of the tickets. Names are resolved. */
  trackers?: string[];
  profile?: "dispersy" | "adaptive";
  /** No sockets: bundles can be put and read while nobody serves the home. */
  offline?: boolean;
  /** A tracker introduces within any overlay; it has no home, store or identity. */
  role?: "node" | "tracker";
  logLevel?: LogLevel;
  /** UDP payload budget in bytes, 1,232 to 1,472. */
  datagramBytes?: number;
}

/** Of the drafts of `put`: what goes with the payload. */
export type PutOptions = Omit<Draft, "content">;

interface Parts {
  options: NodeOptions;
  log: Log;
  trackers: HostPort[];
  home?: Home;
  lock?: HomeLock;
  store?: LmdbStore;
}

/** Peers are written down this often, so that also a killed node finds its group again. */
const REMEMBER_INTERVAL_MS = 60_000;

/**
 * A running node: takes part in all overlays of its home until closed. Methods throw or reject with a UserError for
 * what the user can put right. `overlay` parameters take any beginning of an id that fits one overlay only, and may be
 * left out when there is only one.
 */
export class Node {
  readonly #parts: Parts;
  readonly #publisher: Publisher;
  /** BOUNDED: by the overlays of the home. */
  readonly #joined = new Map<string, Joined>();
  /** BOUNDED: by the callers' own subscriptions. */
  readonly #listeners = new Set<(event: EngineEvent) => void>();
  #runtime!: Runtime;
  #remembering: NodeJS.Timeout | undefined;
  #closing: Promise<void> | undefined;

  private constructor(parts: Parts) {
    this.#parts = parts;
    this.#publisher = new Publisher((input) => {
      if (this.#closing === undefined) this.#runtime.driver.input(input);
      else this.#publisher.close();
    });
  }

  /** Takes the home for this process, opens its store, binds the sockets and joins the home's overlays. */
  static async open(options: NodeOptions = {}): Promise<Node> {
    const log = createLog(options.logLevel === undefined ? {} : { level: options.logLevel });
    const parts: Parts = { options, log, trackers: (options.trackers ?? []).map(parsePlace) };
    const listen = options.listen === undefined ? undefined : parseListen(options.listen);
    const node = new Node(parts);
    try {
      if (options.role !== "tracker") {
        parts.home = Home.prepare(options.home);
        parts.lock = await lockHome(parts.home.path);
        parts.store = new LmdbStore(parts.home.path);
      }
      const { home } = parts;
      const overlays = home?.overlays() ?? [];
      node.#runtime = await Runtime.open({
        role: options.role ?? "node",
        offline: options.offline === true,
        log,
        store: (overlay) => node.#joined.get(overlay)!.store,
        notify: (event) => node.#heard(event),
        ...(listen && { listen }),
        ...(home?.port !== undefined && { lastPort: home.port }),
        ...(options.datagramBytes !== undefined && { datagramBytes: options.datagramBytes }),
      });
      const port = node.#runtime.sockets?.bound[0]?.port;
      if (port !== undefined && listen === undefined) home?.rememberPort(port);
      for (const overlay of overlays) if (!overlay.left) await node.#takePart(overlay);
    } catch (error) {
      await node.close();
      throw error;
    }
    node.#remembering = setInterval(() => void node.#remember(), REMEMBER_INTERVAL_MS).unref();
    return node;
  }

  /** Bound sockets as `address:port`. */
  get listen(): string[] {
    const bound = this.#runtime.sockets?.bound ?? [];
    return bound.map(({ host, port }) => (host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`));
  }

  /** Its folder; undefined for a tracker. */
  get home(): string | undefined {
    return this.#parts.home?.path;
  }

  get log(): Log {
    return this.#parts.log;
  }

  /** Hexadecimal ids of the overlays taken part in. */
  get overlays(): string[] {
    return [...this.#joined.keys()];
  }

  /** The whole id of an overlay. */
  resolve(overlay?: string): string {
    return this.#find(overlay).overlay;
  }

  info(overlay?: string): OverlayInfo {
    const { overlay: id, memberSecret } = this.#find(overlay).home;
    const member = toHex(nativeCrypto.publicKey(memberSecret));
    return { overlay: id, member, ticket: this.ticket(id) };
  }

  /** A new overlay with this node as its founder; with `members`, only whom somebody grants it may write. */
  async createOverlay({ members = false }: { members?: boolean } = {}): Promise<OverlayInfo> {
    const overlaySecret = newSecretKey(hostRandom);
    const key = nativeCrypto.publicKey(overlaySecret);
    return this.#add({
      overlay: toHex(overlayId(nativeCrypto, key)),
      key,
      overlaySecret,
      memberSecret: newSecretKey(hostRandom),
      writers: members ? "members" : "open",
      seeds: [],
      left: false,
    });
  }

  /** Joins for good. Joining again adds the ticket's addresses, and its invitation where there was none. */
  async join(ticket: string): Promise<OverlayInfo> {
    const { overlay: key, at, invitation } = readTicket(ticket);
    const overlay = toHex(overlayId(nativeCrypto, key));
    const known = this.#parts.home?.overlays().find((candidate) => candidate.overlay === overlay);
    if (known === undefined) {
      const memberSecret = newSecretKey(hostRandom);
      const fresh = { overlay, key, memberSecret, seeds: unique(at), left: false };
      return this.#add({ ...fresh, ...(invitation && { invitation }) });
    }
    const seeds = unique([...at, ...known.seeds]).slice(0, MAX_SEEDS);
    const merged = { ...known, ...(invitation && { invitation }), seeds, left: false };
    this.#parts.home!.update(merged);
    this.#forget(overlay);
    await this.#takePart(merged);
    return this.info(overlay);
  }

  /** Stops taking part. Keys and bundles stay in the home, so that joining again resumes as the same member. */
  async leave(overlay: string): Promise<void> {
    const { home } = this.#find(overlay);
    this.#parts.home!.update({ ...home, left: true });
    this.#forget(home.overlay);
  }

  /** Publishes one bundle per payload; resolves once all are on disk. */
  async put(
    overlay: string | undefined,
    payloads: Uint8Array[],
    options: PutOptions = {},
  ): Promise<Bundle[]> {
    const drafts = payloads.map(
      (payload): Draft => ({ ...options, content: { kind: "data", payload } }),
    );
    return this.#publisher.publish(this.resolve(overlay), drafts);
  }

  /** Lets somebody (a 32-byte public key) write, or grant, or both. */
  async grant(
    overlay: string | undefined,
    member: Uint8Array,
    permissions: { write: boolean; grant: boolean },
  ): Promise<Bundle> {
    const content = { kind: "grant", member, ...permissions } as const;
    const [bundle] = await this.#publisher.publish(this.resolve(overlay), [{ content }]);
    return bundle!;
  }

  /** A ticket whose holders may let themselves write. Whoever sees it is a holder. */
  async invite(overlay?: string): Promise<string> {
    const { home } = this.#find(overlay);
    const invitation = newSecretKey(hostRandom);
    const permissions = { write: false, grant: true };
    await this.grant(home.overlay, nativeCrypto.publicKey(invitation), permissions);
    return formatTicket({ overlay: home.key, at: this.#places(home.overlay), invitation });
  }

  /** Bundles in order of global time, policies and grants included. */
  list(overlay?: string, options?: ListOptions): IterableIterator<Bundle> {
    return listBundles(nativeCrypto, this.#find(overlay), options);
  }

  /** The only bundle whose hexadecimal id begins so, in one overlay or in all. */
  get(idPrefix: string, overlay?: string): { overlay: string; bundle: Bundle } {
    const shelves = overlay === undefined ? [...this.#joined.values()] : [this.#find(overlay)];
    return findBundle(nativeCrypto, shelves, idPrefix);
  }

  /** Calls back, synchronously, with every event until the returned function is called. */
  subscribe(listener: (event: EngineEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  status(): Status {
    const joined = [...this.#joined.values()];
    return describeNode(this.#runtime, joined, {
      role: this.#parts.options.role ?? "node",
      listen: this.listen,
      ticket: (overlay) => this.ticket(overlay),
      ticketReach: (overlay) => this.ticketReach(overlay),
    });
  }

  /** The candidate tables. */
  peers(overlay?: string): PeerRow[] {
    const ids = overlay === undefined ? this.overlays : [this.resolve(overlay)];
    return ids.flatMap((id) =>
      this.#runtime.engine.peers(id, instant()).map((peer) => peerRow(id, peer)),
    );
  }

  /** What somebody needs to join: names our own addresses, our trackers and a few peers. */
  ticket(overlay?: string): string {
    const { home } = this.#find(overlay);
    return formatTicket({ overlay: home.key, at: this.#places(home.overlay) });
  }

  /** Who can begin from that ticket now. */
  ticketReach(overlay?: string): TicketReach {
    return ticketReach(this.#whereabouts(this.resolve(overlay)));
  }

  /** Finishes what is being written, remembers the peers, lets the home go. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const { store, lock } = this.#parts;
    clearInterval(this.#remembering);
    await this.#remember();
    for (const { seeds } of this.#joined.values()) seeds.close();
    await this.#runtime?.close();
    this.#publisher.close();
    await store?.close();
    await lock?.release();
  }

  async #add(overlay: HomeOverlay): Promise<OverlayInfo> {
    const { home } = this.#parts;
    if (home === undefined) {
      throw new UserError("a tracker takes part in no overlay", "Use `dispersy run`.", EXIT.usage);
    }
    home.create(overlay);
    await this.#takePart(overlay);
    return this.info(overlay.overlay);
  }

  async #takePart(overlay: HomeOverlay): Promise<void> {
    const { options, trackers, log, store } = this.#parts;
    const joined = takePart(overlay, {
      store: store!,
      runtime: this.#runtime,
      log,
      trackers,
      profile: PROFILES[options.profile ?? "adaptive"],
      offline: options.offline === true,
      register: (fresh) => this.#joined.set(overlay.overlay, fresh),
    });
    await joined.found((drafts) => this.#publisher.publish(overlay.overlay, drafts));
  }

  #forget(overlay: string): void {
    this.#joined.get(overlay)?.seeds.close();
    this.#runtime.driver.input({ kind: "leave", overlay });
    this.#joined.delete(overlay);
  }

  async #remember(): Promise<void> {
    if (this.#runtime?.sockets === undefined) return;
    try {
      for (const joined of this.#joined.values()) await remember(joined, this.#runtime);
    } catch (error) {
      this.#parts.log.warn("peers could not be remembered", { reason: messageOf(error) });
    }
  }

  #find(overlay?: string): Joined {
    const all = [...this.#joined.values()];
    const found = all.filter((joined) => joined.overlay.startsWith(overlay?.toLowerCase() ?? ""));
    if (found.length === 1) return found[0]!;
    const known = all.map((joined) => joined.overlay).join(", ");
    if (all.length === 0) {
      throw new UserError("this node takes part in no overlay", "Create one, or join with a ticket.");
    }
    if (found.length === 0) {
      throw new UserError("there is no such overlay here", `There is: ${known}`, EXIT.usage);
    }
    throw new UserError("which overlay?", `Name one of: ${known}`, EXIT.usage);
  }

  #places(overlay: string): HostPort[] {
    return ticketPlaces(this.#whereabouts(overlay));
  }

  #whereabouts(overlay: string): Whereabouts {
    const { engine, sockets, networks } = this.#runtime;
    const { seeds } = this.#joined.get(overlay)!;
    return {
      bound: sockets?.bound ?? [],
      networks,
      nat: engine.nat(),
      seeds: seeds.places,
      seedAddresses: seeds.addresses,
      contacts: engine.contacts(overlay, instant()),
    };
  }

  #heard(event: EngineEvent): void {
    this.#publisher.heard(event);
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        this.#parts.log.error("a subscriber failed", { error: messageOf(error) });
      }
    }
  }
}

/** Places kept per overlay: the newest tickets' first. */
const MAX_SEEDS = 64;
