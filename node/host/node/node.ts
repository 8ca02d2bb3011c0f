import type { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Bundle, Draft } from "../../../wire/bundle.ts";
import { toHex } from "../../../wire/bytes.ts";
import { newSecretKey } from "../../../wire/identity.ts";
import { formatTicket, MAX_TICKET_PLACES } from "../../../wire/ticket.ts";
import type { EngineEvent } from "../../core/effects.ts";
import type { Holding } from "../../bundles/receipts/receipts.ts";
import type { Input } from "../../core/inputs.ts";
import { findBundle, type StoredBundle } from "../store/bundle-lookup.ts";
import { heldOf } from "../../sets/held.ts";
import { instant } from "../clock.ts";
import { EXIT, UserError, messageOf } from "../errors.ts";
import { type Log } from "../log.ts";
import { nativeCrypto } from "../verify/native-crypto.ts";
import {
  type ExportOptions,
  type ExportOutcome,
  exportOf,
  type ImportOutcome,
  importInto,
} from "./carried.ts";
import { dataDrafts, nameDraft, refuseKeep } from "./drafts.ts";
import type { ListOptions, NodeOptions, PutOptions } from "./node-options.ts";
import { filterOf, readAll, readInTurns, readNewest } from "./reading.ts";
import { describeNode, healthOf, progressStates, type Status } from "../status/node-status.ts";
import type { AuthorName } from "../store/topic-book.ts";
import type { TicketReach } from "../runtime/own-ticket.ts";
import { OpenNode } from "./open-node.ts";
import type { Overlays } from "./overlays.ts";
import { ticketReach } from "../runtime/own-ticket.ts";
import { type NamedBundle, waitHeld } from "./held-wait.ts";
import { ping } from "./pinger.ts";
import { ProgressWatch } from "./progress-watch.ts";
import type { OverlayStatus } from "../../core/engine-status.ts";
import { openPipe, type PipeOptions } from "./open-pipe.ts";
import type { ByteStream, Pipe } from "../carriers/pipe.ts";
import { hostRandom } from "../random.ts";
import { readTicket } from "./read-ticket.ts";
import type { ProgressEvent } from "../status/progress.ts";
import {
  bundleRow,
  type BundleRow,
  type OverlayInfo,
  type OverlayRow,
  peerRow,
  type PeerRow,
  type PingRow,
} from "../status/rows.ts";
import { Runtime } from "../runtime/runtime.ts";
import type { Delivery, DeliveryListener } from "../readers/reader.ts";
import { type Place, type ReadOptions, type Reading } from "../readers/readers.ts";
import { TAG_DIGITS } from "../readers/cursor.ts";

export type { LogLevel } from "../log.ts";
export type { ListOptions, NodeOptions, PutOptions } from "./node-options.ts";
export type { ExportOptions, ExportOutcome, FileProblem, ImportOutcome } from "./carried.ts";
export type { AuthorName } from "../store/topic-book.ts";
export type { ReadOptions, Reading } from "../readers/readers.ts";
export type { Delivery } from "../readers/reader.ts";

/** The longest search takes less. */
const PING_TIMEOUT_MS = 40_000;

/**
 * A running node: takes part in all overlays of its home until closed. Methods throw or reject with a UserError for
 * what the user can put right. `overlay` parameters take any beginning of an id that fits one overlay only, and may be
 * left out when there is only one.
 */
export class Node {
  readonly #machine: OpenNode;
  /** BOUNDED: by the callers' own subscriptions. */
  readonly #listeners: Set<(event: EngineEvent) => void>;
  /** BOUNDED: by the callers' own. */
  readonly #watches = new Set<ProgressWatch>();
  #closing: Promise<void> | undefined;
  /** Ends what is being exported. */
  readonly #ended = new AbortController();

  private constructor(machine: OpenNode, listeners: Set<(event: EngineEvent) => void>) {
    this.#machine = machine;
    this.#listeners = listeners;
  }

  /** Takes the home for this process, opens its store, binds the sockets and joins the home's overlays. */
  static async open(options: NodeOptions = {}): Promise<Node> {
    const listeners = new Set<(event: EngineEvent) => void>();
    const machine = await OpenNode.open(options, (event) => {
      for (const listener of listeners) {
        try {
          listener(event);
        } catch (error) {
          machine.log.error("a subscriber failed", { error: messageOf(error) });
        }
      }
    });
    return new Node(machine, listeners);
  }

  /** For messages that belong beside the node's own. */
  get log(): Log {
    return this.#machine.log;
  }

  /** Where WebSockets are taken, as `address:port`; undefined where they are not. */
  get webSockets(): string | undefined {
    return this.#machine.webSockets?.at;
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
    return this.#machine.home?.path;
  }

  /** Hexadecimal ids of the overlays taken part in. */
  get overlays(): string[] {
    return this.#machine.overlays?.all.map(({ overlay }) => overlay) ?? [];
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
    const id = this.resolve(overlay);
    await this.#machine.readers.close(id);
    await this.#own.leave(id);
    this.#machine.importer.left(id);
  }

  /**
   * Publishes one bundle per payload (at most 928 bytes each); resolves once all are on disk. When one is too large,
   * none is published.
   */
  async put(
    overlay: string | undefined,
    payloads: Uint8Array[],
    options: PutOptions = {},
  ): Promise<Bundle[]> {
    const drafts = dataDrafts(payloads, options, instant().wall);
    const { overlay: id } = this.#own.find(overlay);
    if (options.keep !== undefined) refuseKeep(this.#state(id)?.policyKeep);
    return this.#machine.publisher.publish(id, drafts);
  }

  /**
   * Sends each payload to whoever is there now, signed and kept by nobody. At most 40 at once, and 20 a second. The
   * event `ephemeral` shows them, and those of others.
   */
  async say(overlay: string | undefined, payloads: Uint8Array[]): Promise<Bundle[]> {
    const written = instant().wall;
    const drafts = payloads.map((payload): Draft => ({
      content: { kind: "ephemeral", payload, written },
    }));
    return this.#machine.publisher.publish(this.resolve(overlay), drafts);
  }

  /**
   * Who is known to hold a bundle that this node published with `receipt`, and who is not: hexadecimal keys of the
   * other members. Undefined for any other bundle. The event `held` says when more are known.
   */
  holding(overlay: string | undefined, { id, header }: NamedBundle): Holding | undefined {
    const place = heldOf(header.globalTime, id);
    return this.#running.asOfNow().holding(this.resolve(overlay), place);
  }

  /** Resolves once so many other members are known to hold all of these, or with what is known after `timeoutMs`. */
  waitHeld(
    overlay: string | undefined,
    bundles: NamedBundle[],
    options: { others: number; timeoutMs: number },
  ): Promise<Holding[]> {
    const id = this.resolve(overlay);
    const ports = {
      holding: (bundle: NamedBundle) => this.holding(id, bundle),
      subscribe: (listener: (event: EngineEvent) => void) => this.subscribe(listener),
    };
    return waitHeld(ports, id, bundles, options);
  }

  /** Lets somebody (a 32-byte public key) write, or grant, or both. */
  async grant(
    overlay: string | undefined,
    member: Uint8Array,
    permissions: { write: boolean; grant: boolean },
  ): Promise<Bundle> {
    const content = { kind: "grant", member, ...permissions } as const;
    const [bundle] = await this.#machine.publisher.publish(this.resolve(overlay), [{ content }]);
    return bundle!;
  }

  /** Who may write in an overlay, as far as it is known. */
  writers(overlay?: string): OverlayStatus["policy"] {
    return this.#state(this.resolve(overlay))?.policy ?? "unknown";
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
    return formatTicket({ ...this.#machine.ticketOf(joined), invitation });
  }

  /** Bundles in order of global time, by default all: policies and grants too. Names of authors as known by now. */
  list(overlay?: string, options?: ListOptions): IterableIterator<StoredBundle> {
    return readAll(this.#own.find(overlay), options);
  }

  /** The same without holding up the node for longer than some milliseconds at a time. */
  listInTurns(overlay?: string, options?: ListOptions): AsyncIterableIterator<StoredBundle> {
    return readInTurns(this.#own.find(overlay), options);
  }

  /** What tells of bundles as they come whether they are of those. */
  filter(
    overlay: string | undefined,
    options: Omit<ListOptions, "last">,
  ): Promise<(bundle: StoredBundle) => boolean> {
    return filterOf(this.#own.find(overlay), options);
  }

  /** The only bundle whose hexadecimal id begins so, in one overlay or in all. */
  get(idPrefix: string, overlay?: string): { overlay: string; bundle: StoredBundle } {
    const shelves = overlay === undefined ? this.#own.all : [this.#own.find(overlay)];
    return findBundle(nativeCrypto, shelves, idPrefix);
  }

  /** The newest bundle under a topic, by whom `author` names (see ListOptions) or by anybody. */
  newest(
    topic: string,
    options: { overlay?: string; author?: string } = {},
  ): Promise<StoredBundle> {
    return readNewest(this.#own.find(options.overlay), topic, options.author);
  }

  /** What this node calls itself in an overlay, for all to see; an empty text for no name. */
  async setName(overlay: string | undefined, name: string): Promise<Bundle> {
    const id = this.resolve(overlay);
    const [bundle] = await this.#machine.publisher.publish(id, [nameDraft(name, instant().wall)]);
    return bundle!;
  }

  /** What authors call themselves, by hexadecimal public key. Anybody may take any name. */
  async names(overlay?: string): Promise<Map<string, AuthorName>> {
    const { topics } = this.#own.find(overlay);
    await topics.ready();
    return topics.names();
  }

  /** A bundle as `ls` prints it, with its author's name if `names` was asked for before. */
  row(overlay: string, bundle: StoredBundle): BundleRow {
    const row = bundleRow(overlay, bundle);
    return { ...row, ...this.#own.get(overlay)?.topics.nameOf(row.author) };
  }

  /** Calls back, synchronously, with every event until the returned function is called. */
  subscribe(listener: (event: EngineEvent) => void): () => void;
  /**
   * Calls back with each bundle that an overlay holds or gets, once: from the place on that the options name, in the
   * order that they name. The next one comes when the listener, or the promise that it returned, is done; when it
   * fails, the reading ends there. Each delivery has its cursor, with which (`since`) another reading goes on after it:
   * who writes it down together with what it made of the bundle gets each bundle once, whatever is killed when. With a
   * `name` the home keeps the place; then a bundle whose listener was done just before a kill can come a second time.
   */
  subscribe(
    listener: (delivery: Delivery) => unknown,
    options: ReadOptions & { overlay?: string },
  ): Reading;
  subscribe(
    listener: (given: never) => unknown,
    options?: ReadOptions & { overlay?: string },
  ): Reading | (() => void) {
    if (options !== undefined) {
      return this.#machine.readers.open(
        this.#placeOf(options.overlay),
        listener as DeliveryListener,
        options,
      );
    }
    const heard = listener as (event: EngineEvent) => void;
    this.#listeners.add(heard);
    return () => this.#listeners.delete(heard);
  }

  /** Writes down that the reader of this name has everything up to a cursor; resolves once that is on disk. */
  markReader(overlay: string | undefined, name: string, cursor: string): Promise<void> {
    return this.#machine.readers.mark(this.#placeOf(overlay), name, cursor);
  }

  /** Forgets the place of the reader of this name. */
  forgetReader(overlay: string | undefined, name: string): Promise<void> {
    return this.#machine.readers.forget(this.#placeOf(overlay), name);
  }

  /**
   * Calls back with what matters to whoever waits for an overlay, such as that somebody was reached or that nobody
   * answers, until the returned function is called.
   */
  watch(listener: (event: ProgressEvent) => void): () => void {
    const watch = new ProgressWatch({
      subscribe: (heard) => this.subscribe(heard),
      look: () => progressStates(this.#running, this.#own.all, this.#machine.minutes.recent()),
      shown: (address) => this.#running.links.shown(address).address,
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
    const takes = this.#machine.webSockets;
    return describeNode(this.#running, this.#machine.overlays?.all ?? [], {
      role: this.#machine.role,
      listen: this.listen,
      webSockets: takes === undefined ? null : { listen: takes.at, connections: takes.connections },
      ticket: (overlay) => this.ticket(overlay),
      ticketReach: (overlay) => this.ticketReach(overlay),
      recent: this.#machine.minutes.recent(),
      delivery: this.#machine.delivery.told(),
    });
  }

  /** Sentences that say why it does not serve, such as that nothing is received any more; empty when it does. */
  unhealthy(): string[] {
    const { overlays, minutes } = this.#machine;
    return healthOf(this.#running, overlays?.all ?? [], minutes.recent());
  }

  /** The candidate tables. */
  peers(overlay?: string): PeerRow[] {
    const ids = overlay === undefined ? this.overlays : [this.resolve(overlay)];
    const { links } = this.#running;
    const engine = this.#running.asOfNow();
    return ids.flatMap((id) => engine.peers(id).map((peer) => peerRow(id, peer, links)));
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
    return formatTicket(this.#machine.ticketOf(this.#own.find(overlay)));
  }

  /** Who can begin from that ticket now. */
  ticketReach(overlay?: string): TicketReach {
    return ticketReach(this.#own.whereabouts(this.#own.find(overlay)));
  }

  /**
   * Syncs with a node at the other end of a stream of bytes, of one overlay or all, until both hold the same; with
   * `follow` until the stream ends. What comes is to be given to `read`, its end told by `ended`.
   */
  pipe(stream: ByteStream, options: PipeOptions & { overlay?: string } = {}): Pipe {
    const { overlay, ...how } = options;
    const joined = overlay === undefined ? this.#own.all : [this.#own.find(overlay)];
    return openPipe(this.#running, joined, stream, how);
  }

  /**
   * Writes what an overlay holds to a stream, which is not ended, at the stream's pace: a file that `importFrom` takes
   * in, sealed, so that only who takes part in the overlay can read it.
   */
  async exportTo(to: Writable, options: ExportOptions = {}): Promise<ExportOutcome> {
    const { tag } = this.#placeOf(options.overlay);
    const pieces = exportOf(this.#own.find(options.overlay), tag, options);
    let outcome: ExportOutcome | undefined;
    const all = async function* (): AsyncGenerator<Uint8Array> {
      outcome = yield* pieces;
    };
    const { signal } = this.#ended;
    try {
      await pipeline(all, to, { end: false, signal });
    } catch (error) {
      throw signal.aborted ? closed() : error;
    }
    // The pipeline is done when the stream has taken the last piece, perhaps only to keep it for a moment.
    await new Promise<void>((resolve, reject) => {
      to.write(new Uint8Array(0), (error) => (error ? reject(error) : resolve()));
    });
    return outcome!;
  }

  /**
   * Takes in what `exportTo` wrote, such as a stream of a file gives it. Each bundle is checked as if a peer had sent
   * it. What is whole of a file that is cut or damaged comes all the same, and `problem` says where it is not. With
   * `overlay` only a file of that one is taken.
   */
  async importFrom(
    from: AsyncIterable<Uint8Array>,
    options: { overlay?: string; progress?: (bundles: number) => void } = {},
  ): Promise<ImportOutcome> {
    const { overlay, progress } = options;
    const { all, left } = this.#own;
    const chosen = overlay === undefined ? undefined : this.#own.find(overlay);
    return importInto(this.#machine.importer, { all, left, chosen }, from, progress);
  }

  /** Finishes what is being written, remembers the peers, lets the home go. */
  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  #placeOf(prefix: string | undefined): Place {
    const { overlay, home } = this.#own.find(prefix);
    const tag = toHex(nativeCrypto.publicKey(home.memberSecret)).slice(0, TAG_DIGITS);
    return { tag, source: () => this.#machine.overlays?.get(overlay) };
  }

  #state(overlay: string): OverlayStatus | undefined {
    const states = this.#running.asOfNow().overlays();
    return states.find((status) => status.overlay === overlay);
  }

  get #running(): Runtime {
    if (this.#closing === undefined) return this.#machine.runtime;
    throw closed();
  }

  get #own(): Overlays {
    const { overlays, role } = this.#machine;
    if (overlays !== undefined && this.#closing === undefined) return overlays;
    throw new UserError(
      role === "tracker" ? "a tracker takes part in no overlay" : "the node is closed",
      "Open a node.",
      EXIT.usage,
    );
  }

  #end(): Promise<void> {
    this.#ended.abort();
    for (const watch of this.#watches) watch.close();
    return this.#machine.close();
  }
}

function closed(): UserError {
  return new UserError("the node is closed", "Open it again.");
}
