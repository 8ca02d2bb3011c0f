import type { Bundle, Draft } from "../../../wire/bundle.ts";
import { toHex } from "../../../wire/bytes.ts";
import { newSecretKey } from "../../../wire/identity.ts";
import { formatTicket, MAX_TICKET_PLACES, type Ticket } from "../../../wire/ticket.ts";
import type { EngineEvent } from "../../core/effects.ts";
import type { Input } from "../../core/inputs.ts";
import { PROFILES } from "../../core/profile.ts";
import {
  type ListOptions,
  findBundle,
  listBundles,
  listInTurns,
  readingEvent,
} from "../store/bundle-lookup.ts";
import { parseListen, parsePlace } from "../net/endpoint.ts";
import { EXIT, UserError, messageOf } from "../errors.ts";
import { logEvent } from "../status/event-log.ts";
import { Home } from "../home/home.ts";
import { LmdbStore } from "../store/lmdb-store.ts";
import { type HomeLock, lockHome } from "../home/lock.ts";
import { type Log, createLog } from "../log.ts";
import { nativeCrypto } from "../verify/native-crypto.ts";
import type { NodeOptions, PutOptions } from "./node-options.ts";
import { Minutes } from "../status/minutes.ts";
import {
  NO_TRAFFIC,
  describeNode,
  eventCounts,
  healthOf,
  progressStates,
  type Status,
} from "../status/node-status.ts";
import type { Tally } from "../status/served.ts";
import type { TicketReach } from "../runtime/own-ticket.ts";
import type { Joined } from "../runtime/joined.ts";
import { Overlays } from "./overlays.ts";
import { ticketPlaces, ticketReach } from "../runtime/own-ticket.ts";
import { ping } from "./pinger.ts";
import { ProgressWatch } from "./progress-watch.ts";
import type { OverlayStatus } from "../../core/engine-status.ts";
import { Publisher } from "./publisher.ts";
import { hostRandom } from "../random.ts";
import { readTicket } from "./read-ticket.ts";
import type { ProgressEvent } from "../status/progress.ts";
import {
  type OverlayInfo,
  type OverlayRow,
  peerRow,
  type PeerRow,
  type PingRow,
} from "../status/rows.ts";
import { MAX_KEY_LOG_BYTES } from "../record/key-log.ts";
import { TraceFile } from "../record/trace-file.ts";
import { PCP_NONCE_BYTES } from "../portmap/pcp-codec.ts";
import { Runtime } from "../runtime/runtime.ts";

export type { LogLevel } from "../log.ts";
export type { NodeOptions, PutOptions } from "./node-options.ts";
export type { ListOptions } from "../store/bundle-lookup.ts";
export { bundleRow } from "../status/rows.ts";

/** The longest search takes less. */
const PING_TIMEOUT_MS = 40_000;
/** Peers are written down this often, so that also a killed node finds its group again. */
const REMEMBER_INTERVAL_MS = 60_000;

/**
 * A running node: takes part in all overlays of its home until closed. Methods throw or reject with a UserError for
 * what the user can put right. `overlay` parameters take any beginning of an id that fits one overlay only, and may be
 * left out when there is only one.
 */
export class Node {
  readonly #role: "node" | "tracker";
  readonly #publisher: Publisher;
  /** BOUNDED: by the callers' own subscriptions. */
  readonly #listeners = new Set<(event: EngineEvent) => void>();
  /** BOUNDED: by the callers' own. */
  readonly #watches = new Set<ProgressWatch>();
  /** For messages that belong beside the node's own. */
  readonly log: Log;
  #runtime: Runtime | undefined;
  #folder: Home | undefined;
  #lock: HomeLock | undefined;
  #store: LmdbStore | undefined;
  #overlays: Overlays | undefined;
  #remembering: NodeJS.Timeout | undefined;
  #minutes: Minutes | undefined;
  #bundlesStored = 0;
  /** BOUNDED: a recording, a capture and a key log. */
  readonly #traceFiles: TraceFile[] = [];
  #closing: Promise<void> | undefined;

  private constructor({ role = "node", logLevel }: NodeOptions) {
    this.#role = role;
    this.log = createLog(logLevel === undefined ? {} : { level: logLevel });
    this.#publisher = new Publisher((input) => this.#running.driver.input(input));
  }

  /** Takes the home for this process, opens its store, binds the sockets and joins the home's overlays. */
  static async open(options: NodeOptions = {}): Promise<Node> {
    const node = new Node(options);
    try {
      await node.#open(options);
      return node;
    } catch (error) {
      // What made opening fail can make closing fail; the first cause tells more.
      await node.close().catch(() => {});
      throw error;
    }
  }

  /** Bound sockets as `address:port`. */
  get listen(): string[] {
    const bound = this.#running.sockets?.bound ?? [];
    return bound.map(({ host, port }) =>
      host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`,
    );
  }

  /** Its folder; undefined for a tracker. */
  get home(): string | undefined {
    return this.#folder?.path;
  }

  /** Hexadecimal ids of the overlays taken part in. */
  get overlays(): string[] {
    return this.#overlays?.all.map(({ overlay }) => overlay) ?? [];
  }

  /** The whole id of an overlay. */
  resolve(overlay?: string): string {
    return this.#own.find(overlay).overlay;
  }

  info(overlay?: string): OverlayInfo {
    const joined = this.#own.find(overlay);
    const { overlay: id, home, payloads } = joined;
    const member = toHex(nativeCrypto.publicKey(home.memberSecret));
    return { overlay: id, member, ticket: this.ticket(id), private: payloads.isPrivate };
  }

  /**
   * A new overlay with this node as its founder; with `members`, only whom somebody grants it may write. It is private:
   * only who has a ticket reads what is written, and nobody who merely carries it. With `public` it is not sealed.
   */
  async createOverlay(options: { members?: boolean; public?: boolean } = {}): Promise<OverlayInfo> {
    const { members = false, public: isPublic = false } = options;
    return this.info(await this.#own.create(members ? "members" : "open", !isPublic));
  }

  /** Joins for good. Joining again adds the ticket's addresses, and its invitation and secret where there were none. */
  async join(ticket: string): Promise<OverlayInfo> {
    return this.info(await this.#own.join(readTicket(ticket)));
  }

  /** Stops taking part. Keys and bundles stay in the home, so that joining again resumes as the same member. */
  async leave(overlay: string): Promise<void> {
    await this.#own.leave(overlay);
  }

  /**
   * Publishes one bundle per payload (at most 960 bytes each); resolves once all are on disk. When one is too large,
   * none is published.
   */
  async put(
    overlay: string | undefined,
    payloads: Uint8Array[],
    options: PutOptions = {},
  ): Promise<Bundle[]> {
    const drafts = payloads.map((payload): Draft => ({
      ...options,
      content: { kind: "data", payload },
    }));
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

  /** Who may write in an overlay, as far as it is known. */
  writers(overlay?: string): OverlayStatus["policy"] {
    const id = this.resolve(overlay);
    const state = this.#running
      .asOfNow()
      .overlays()
      .find((status) => status.overlay === id);
    return state?.policy ?? "unknown";
  }

  /**
   * A ticket whose holders may let themselves write. Whoever sees it is a holder. Where everybody may write it is the
   * plain one: a grant would be kept by all for ever, and would change nothing.
   */
  async invite(overlay?: string): Promise<string> {
    const joined = this.#own.find(overlay);
    if (this.writers(joined.overlay) === "open") return this.ticket(joined.overlay);
    const invitation = newSecretKey(hostRandom);
    const permissions = { write: false, grant: true };
    await this.grant(joined.overlay, nativeCrypto.publicKey(invitation), permissions);
    return formatTicket({ ...this.#ticketOf(joined), invitation });
  }

  /** Bundles in order of global time, by default all: policies and grants too. */
  list(overlay?: string, options?: ListOptions): IterableIterator<Bundle> {
    return listBundles(nativeCrypto, this.#own.find(overlay), options);
  }

  /** The same without holding up the node for longer than some milliseconds at a time. */
  listInTurns(overlay?: string, options?: ListOptions): AsyncIterableIterator<Bundle> {
    return listInTurns(nativeCrypto, this.#own.find(overlay), options);
  }

  /** The only bundle whose hexadecimal id begins so, in one overlay or in all. */
  get(idPrefix: string, overlay?: string): { overlay: string; bundle: Bundle } {
    const shelves = overlay === undefined ? this.#own.all : [this.#own.find(overlay)];
    return findBundle(nativeCrypto, shelves, idPrefix);
  }

  /** Calls back, synchronously, with every event until the returned function is called. */
  subscribe(listener: (event: EngineEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Calls back with what matters to whoever waits for an overlay, such as that somebody was reached or that nobody
   * answers, until the returned function is called.
   */
  watch(listener: (event: ProgressEvent) => void): () => void {
    const watch = new ProgressWatch({
      subscribe: (heard) => this.subscribe(heard),
      look: () => progressStates(this.#running, this.#own.all, this.#minutes!.recent()),
      tell: listener,
    });
    this.#watches.add(watch);
    return () => {
      watch.close();
      this.#watches.delete(watch);
    };
  }

  /** Every overlay of the home, also those that were left. */
  allOverlays(): OverlayRow[] {
    const summaries = this.status().overlays;
    return [
      ...summaries.map(({ overlay, policy, mayWrite, bundles, candidates, ticket }): OverlayRow => {
        const contacted = this.#running.sockets === undefined ? null : candidates.contacted;
        return { overlay, state: "joined", policy, mayWrite, bundles, contacted, ticket };
      }),
      ...this.#own.left.map(({ overlay, key, seeds }): OverlayRow => {
        const unknown = {
          policy: "unknown",
          mayWrite: false,
          bundles: null,
          contacted: null,
        } as const;
        const ticket = formatTicket({ overlay: key, at: seeds.slice(0, MAX_TICKET_PLACES) });
        return { overlay, state: "left", ...unknown, ticket };
      }),
    ];
  }

  status(): Status {
    return describeNode(this.#running, this.#overlays?.all ?? [], {
      role: this.#role,
      listen: this.listen,
      ticket: (overlay) => this.ticket(overlay),
      ticketReach: (overlay) => this.ticketReach(overlay),
      recent: this.#minutes!.recent(),
    });
  }

  /** Sentences that say why it does not serve, such as that nothing is received any more; empty when it does. */
  unhealthy(): string[] {
    return healthOf(this.#running, this.#minutes!.recent());
  }

  /** The candidate tables. */
  peers(overlay?: string): PeerRow[] {
    const ids = overlay === undefined ? this.overlays : [this.resolve(overlay)];
    const engine = this.#running.asOfNow();
    return ids.flatMap((id) => engine.peers(id).map((peer) => peerRow(id, peer)));
  }

  /** Opens a path to another node and says how; see `ping` in node/host/node/pinger.ts. */
  ping(target: string, options: { overlay?: string; timeoutMs?: number } = {}): Promise<PingRow> {
    const { driver } = this.#running;
    const ports = {
      input: (input: Input) => driver.input(input),
      peers: (overlay: string) => this.peers(overlay),
      subscribe: (listener: (event: EngineEvent) => void) => this.subscribe(listener),
    };
    const overlay = this.resolve(options.overlay);
    return ping(ports, overlay, target, options.timeoutMs ?? PING_TIMEOUT_MS);
  }

  /**
   * What somebody needs to join: names our own addresses, our trackers and a few peers. That of a private overlay is a
   * secret: whoever has it reads everything.
   */
  ticket(overlay?: string): string {
    return formatTicket(this.#ticketOf(this.#own.find(overlay)));
  }

  /** Who can begin from that ticket now. */
  ticketReach(overlay?: string): TicketReach {
    return ticketReach(this.#own.whereabouts(this.#own.find(overlay)));
  }

  /** Finishes what is being written, remembers the peers, lets the home go. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  #ticketOf(joined: Joined): Ticket {
    const { root } = joined.home;
    const places = ticketPlaces(this.#own.whereabouts(joined));
    return { overlay: joined.key, ...places, ...(root && { secret: root }) };
  }

  get #running(): Runtime {
    if (this.#runtime === undefined || this.#closing !== undefined) {
      throw new UserError("the node is closed", "Open it again.");
    }
    return this.#runtime;
  }

  get #own(): Overlays {
    if (this.#overlays !== undefined && this.#closing === undefined) return this.#overlays;
    throw new UserError(
      this.#role === "tracker" ? "a tracker takes part in no overlay" : "the node is closed",
      "Open a node.",
      EXIT.usage,
    );
  }

  async #open(options: NodeOptions): Promise<void> {
    const { role = "node", offline = false, portmap = true, datagramBytes, maxFlows } = options;
    const { minFreeBytes, maxRate, readOnly = false } = options;
    const listen = options.listen === undefined ? undefined : parseListen(options.listen);
    const trackers = (options.trackers ?? []).map(parsePlace);
    if (role === "node") {
      this.#folder = readOnly ? Home.forReading(options.home) : Home.prepare(options.home);
      if (!readOnly) this.#lock = await lockHome(this.#folder.path);
      this.#store = new LmdbStore(this.#folder.path, { readOnly });
    }
    const home = this.#folder;
    const lastPort = home?.port;
    const recording = await this.#traceFile(options.record);
    const capture = await this.#traceFile(options.pcap);
    const keyLog = this.#keyLog(options.keylog);
    const runtime = await Runtime.open({
      role,
      offline,
      log: this.log,
      store: (overlay) => this.#overlays!.get(overlay)!.store,
      notify: (event) => this.#heard(event),
      surveys: role === "node",
      ...(portmap &&
        !offline &&
        home && { portmap: { nonce: home.portmapNonce(PCP_NONCE_BYTES) } }),
      ...(role === "tracker" && { partners: trackers }),
      ...(listen && { listen }),
      ...(lastPort !== undefined && { lastPort }),
      ...(home && {
        disk: { path: home.path, ...(minFreeBytes !== undefined && { minFreeBytes }) },
      }),
      ...(datagramBytes !== undefined && { datagramBytes }),
      ...(maxFlows !== undefined && { maxFlows }),
      ...(maxRate !== undefined && { maxRate }),
      ...(recording && { recording }),
      ...(capture && { capture }),
      ...(keyLog && { keyLog }),
      logsDrops: options.logLevel === "debug" || options.logLevel === "trace",
      logsSteps: options.logLevel === "trace",
    });
    this.#runtime = runtime;
    this.#minutes = new Minutes({
      log: this.log,
      // Whoever sits at the terminal of a node wants to see its ticket still; minutes are for logs and for operators.
      level: role === "node" && process.stderr.isTTY ? "debug" : "info",
      tally: () => this.#tally(runtime),
      peers: () => this.#peerCount(runtime),
    });
    if (home === undefined) return;
    const port = runtime.sockets?.bound[0]?.port;
    // What the user asks for is asked for again; only a port that we chose is ours to remember.
    if (port !== undefined && listen === undefined) home.rememberPort(port);
    this.#overlays = new Overlays({
      home,
      store: this.#store!,
      runtime,
      log: this.log,
      trackers,
      profile: PROFILES[options.profile ?? "adaptive"],
      offline,
      publish: (overlay, drafts) => this.#publisher.publish(overlay, drafts),
    });
    await this.#overlays.open(home.overlays());
    const remember = () => void this.#overlays!.remember();
    this.#remembering = setInterval(remember, REMEMBER_INTERVAL_MS).unref();
  }

  async #traceFile(path: string | undefined): Promise<TraceFile | undefined> {
    if (path === undefined) return undefined;
    const file = await TraceFile.create(path, this.log);
    this.#traceFiles.push(file);
    return file;
  }

  #keyLog(path: string | undefined): TraceFile | undefined {
    if (path === undefined) return undefined;
    const file = TraceFile.append(path, this.log, MAX_KEY_LOG_BYTES);
    this.#traceFiles.push(file);
    return file;
  }

  #tally(runtime: Runtime): Tally {
    return {
      atMs: performance.now(),
      traffic: { ...(runtime.sockets?.traffic ?? NO_TRAFFIC) },
      counters: eventCounts(runtime),
      bundlesStored: this.#bundlesStored,
    };
  }

  /** Who answered us or asked us a moment ago. */
  #peerCount(runtime: Runtime): number {
    const engine = runtime.asOfNow();
    const tables =
      this.#role === "tracker"
        ? [...engine.served().values()]
        : engine.overlays().map(({ candidates }) => candidates);
    return tables.reduce((sum, { contacted, requested }) => sum + contacted + requested, 0);
  }

  #heard(told: EngineEvent): void {
    const event = readingEvent(told, (overlay) => this.#overlays?.get(overlay)?.payloads);
    if (event.event === "bundle") this.#bundlesStored++;
    this.#publisher.heard(event);
    logEvent(this.log, event);
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        this.log.error("a subscriber failed", { error: messageOf(error) });
      }
    }
  }

  async #close(): Promise<void> {
    clearInterval(this.#remembering);
    for (const watch of this.#watches) watch.close();
    this.#minutes?.close();
    await inTurn([
      () => this.#overlays?.remember(),
      () => this.#overlays?.close(),
      () => this.#runtime?.close(),
      () => Promise.all(this.#traceFiles.map((file) => file.close())),
      () => this.#publisher.close(),
      () => this.#store?.close(),
      () => this.#lock?.release(),
    ]);
  }
}

/** Takes all steps, also when one of them fails; rejects with the first failure then. */
async function inTurn(steps: readonly (() => unknown)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
