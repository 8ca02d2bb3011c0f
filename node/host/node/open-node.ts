import type { Bundle, Content } from "../../../wire/bundle.ts";
import { equalBytes } from "../../../wire/bytes.ts";
import { MAX_TICKET_PLACES, type Ticket } from "../../../wire/ticket.ts";
import { tellableWebSocket, type WebSocketPlace } from "../../../wire/websocket-place.ts";
import type { EngineEvent } from "../../core/effects.ts";
import { PROFILES } from "../../core/profile.ts";
import type { WebSocketListen } from "../carriers/websocket-listen.ts";
import type { WebSocketService } from "../carriers/websocket-server.ts";
import { instant } from "../clock.ts";
import { Home } from "../home/home.ts";
import { type HomeLock, lockHome } from "../home/lock.ts";
import { type Log, createLog } from "../log.ts";
import { parseListen } from "../net/endpoint.ts";
import { PCP_NONCE_BYTES } from "../portmap/pcp-codec.ts";
import { Readers } from "../readers/readers.ts";
import { MAX_KEY_LOG_BYTES } from "../record/key-log.ts";
import { TraceFile } from "../record/trace-file.ts";
import type { Joined } from "../runtime/joined.ts";
import { ownAddresses, ticketPlaces } from "../runtime/own-ticket.ts";
import { Runtime } from "../runtime/runtime.ts";
import { DeliveryTimes } from "../status/delivery-times.ts";
import { logEvent } from "../status/event-log.ts";
import { Minutes } from "../status/minutes.ts";
import { NO_TRAFFIC, eventCounts } from "../status/node-status.ts";
import type { Tally } from "../status/served.ts";
import { readingEvent } from "../store/bundle-lookup.ts";
import { LmdbStore } from "../store/lmdb-store.ts";
import type { NodeOptions } from "./node-options.ts";
import { Importer } from "./importer.ts";
import { Overlays, uniqueUrls } from "./overlays.ts";
import { Publisher } from "./publisher.ts";
import { literals } from "../net/seeds.ts";
import { trackersOf } from "./named-trackers.ts";

/** Peers are written down this often, so that also a killed node finds its group again. */
const REMEMBER_INTERVAL_MS = 60_000;

/** All that a node is made of, from its opening to its end. */
export class OpenNode {
  readonly role: "node" | "tracker";
  readonly log: Log;
  readonly publisher: Publisher;
  readonly importer: Importer;
  readonly readers: Readers;
  readonly delivery = new DeliveryTimes();
  /** A tracker has no home, no store and no overlays. */
  home: Home | undefined;
  overlays: Overlays | undefined;
  minutes!: Minutes;
  webSockets: WebSocketService | undefined;
  runtime!: Runtime;
  readonly #tell: (event: EngineEvent) => void;
  #lock: HomeLock | undefined;
  #store: LmdbStore | undefined;
  #remembering: NodeJS.Timeout | undefined;
  #webSocketTrackers: WebSocketPlace[] = [];
  #webSocketPlace: () => WebSocketPlace | undefined = () => undefined;
  #bundlesStored = 0;
  /** BOUNDED: a recording, a capture and a key log. */
  readonly #traceFiles: TraceFile[] = [];

  private constructor(
    { role = "node", logLevel }: NodeOptions,
    tell: (event: EngineEvent) => void,
  ) {
    this.role = role;
    this.#tell = tell;
    this.log = createLog(logLevel === undefined ? {} : { level: logLevel });
    this.readers = new Readers(this.log);
    this.publisher = new Publisher((input) => this.runtime.driver.input(input));
    this.importer = new Importer((input) => this.runtime.driver.input(input));
  }

  /**
   * Takes the home for this process, opens its store, binds the sockets and joins the home's overlays. `tell` hears
   * every event, as somebody reads it.
   */
  static async open(options: NodeOptions, tell: (event: EngineEvent) => void): Promise<OpenNode> {
    const node = new OpenNode(options, tell);
    try {
      await node.#open(options);
      return node;
    } catch (error) {
      // What made opening fail can make closing fail; the first cause tells more.
      await node.close().catch(() => {});
      throw error;
    }
  }

  /** What somebody needs to join. */
  ticketOf(joined: Joined): Ticket {
    const { root, ws: named = [] } = joined.home;
    const places = ticketPlaces(this.overlays!.whereabouts(joined));
    const own = this.#webSocketPlace();
    const known = [...(own ? [own] : []), ...this.#webSocketTrackers, ...named];
    const ws = uniqueUrls(known).slice(0, MAX_TICKET_PLACES);
    return {
      overlay: joined.key,
      ...places,
      ...(ws.length > 0 && { ws }),
      ...(root && { secret: root }),
    };
  }

  /** At the address that is most likely ours. */
  #ownWebSocket({ path, tls }: WebSocketListen): WebSocketPlace | undefined {
    const runtime = this.runtime;
    const { addresses } = runtime.engine.nat();
    const bound = runtime.sockets?.bound ?? [];
    const [own] = [...addresses, ...ownAddresses({ bound, networks: runtime.networks })];
    const port = Number(this.webSockets?.at.split(":").at(-1));
    return own && { host: own.host, port, path, tls: tls !== undefined };
  }

  async #open(options: NodeOptions): Promise<void> {
    const { role = "node", wsOnly = false, portmap = true, lan = true } = options;
    const { datagramBytes, maxFlows } = options;
    const profile = PROFILES[options.profile ?? "adaptive"];
    const { minFreeBytes, maxRate, readOnly = false, ws } = options;
    const isTold = ws?.url !== undefined && tellableWebSocket(ws.url) !== undefined;
    const offline = wsOnly || options.offline === true;
    const listen = options.listen === undefined ? undefined : parseListen(options.listen);
    const { trackers, webSocketTrackers } = trackersOf(options);
    this.#webSocketTrackers = webSocketTrackers;
    if (role === "node") {
      this.home = readOnly ? Home.forReading(options.home) : Home.prepare(options.home);
      if (!readOnly) this.#lock = await lockHome(this.home.path);
      this.#store = new LmdbStore(this.home.path, { readOnly });
    }
    const home = this.home;
    const lastPort = home?.port;
    const recording = await this.#traceFile(options.record);
    const capture = await this.#traceFile(options.pcap);
    const keyLog = this.#keyLog(options.keylog);
    const runtime = await Runtime.open({
      role,
      offline,
      log: this.log,
      store: (overlay) => this.overlays!.get(overlay)!.store,
      notify: (event) => this.#heard(event),
      surveys: role === "node",
      lan: lan && role === "node" && profile.lan,
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
      ...(isTold && { webSocket: ws.url! }),
      ...(this.#store && { latestWallMs: this.#store.latestWallMs }),
      ...(recording && { recording }),
      ...(capture && { capture }),
      ...(keyLog && { keyLog }),
      logsDrops: options.logLevel === "debug" || options.logLevel === "trace",
      logsSteps: options.logLevel === "trace",
    });
    this.runtime = runtime;
    // They answer while the home is opened.
    if (home !== undefined && !offline) {
      runtime.driver.input({ kind: "greet", addresses: literals(trackers) });
    }
    this.minutes = new Minutes({
      log: this.log,
      // Whoever sits at the terminal of a node wants to see its ticket still; minutes are for logs and for operators.
      level: role === "node" && process.stderr.isTTY ? "debug" : "info",
      tally: () => this.#tally(runtime),
      peers: () => this.#peerCount(runtime),
    });
    if (ws !== undefined) {
      if (ws.url !== undefined && !isTold) this.log.info(NOT_TOLD);
      const { serveWebSockets } = await import("../carriers/websocket-server.ts");
      this.webSockets = await serveWebSockets(ws.listen, { links: runtime.links, log: this.log });
      this.#webSocketPlace = () => ws.url ?? this.#ownWebSocket(ws.listen);
    }
    if (home === undefined) return;
    const port = runtime.sockets?.bound[0]?.port;
    // What the user asks for is asked for again; only a port that we chose is ours to remember.
    if (port !== undefined && listen === undefined) home.rememberPort(port);
    this.overlays = new Overlays({
      home,
      store: this.#store!,
      runtime,
      log: this.log,
      trackers,
      webSocketTrackers,
      profile,
      publicReceipts: options.publicReceipts ?? false,
      offline,
      webSocketOnly: wsOnly,
      webSocketUrl: ws?.url,
      publish: (overlay, drafts) => this.publisher.publish(overlay, drafts),
    });
    await this.overlays.open(home.overlays());
    const remember = () => void this.overlays!.remember();
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
      this.role === "tracker"
        ? [...engine.served().values()]
        : engine.overlays().map(({ candidates }) => candidates);
    return tables.reduce((sum, { contacted, requested }) => sum + contacted + requested, 0);
  }

  #heard(told: EngineEvent): void {
    if (told.event === "bundle") this.overlays?.get(told.overlay)?.topics.heard(told.bundle);
    const event = readingEvent(told, (overlay) => this.overlays?.get(overlay)?.payloads);
    if (event.event === "bundle") this.#stored(event.overlay, event.bundle);
    this.publisher.heard(event);
    this.importer.heard(event);
    this.readers.heard(event);
    logEvent(this.log, event);
    this.#tell(event);
  }

  #stored(overlay: string, { author, header }: Bundle): void {
    this.#bundlesStored++;
    const joined = this.overlays?.get(overlay);
    if (joined === undefined || this.runtime === undefined) return;
    if (equalBytes(author, joined.member)) return;
    const { era } = this.runtime;
    const written = (): number | undefined => writtenOf(header.content);
    this.delivery.came(overlay, { wallMs: instant().wall, era, written });
  }

  /** Finishes what is being written, remembers the peers, lets the home go. */
  async close(): Promise<void> {
    clearInterval(this.#remembering);
    this.minutes?.close();
    await inTurn([
      () => this.readers.close(),
      () => this.overlays?.remember(),
      () => this.overlays?.close(),
      () => this.webSockets?.close(),
      () => this.runtime?.close(),
      () => Promise.all(this.#traceFiles.map((file) => file.close())),
      () => this.publisher.close(),
      () => this.importer.close(),
      () => this.#store?.close(),
      () => this.#lock?.release(),
    ]);
  }
}

const NOT_TOLD =
  "only tickets name this place for WebSockets: nodes tell each other of wss:, a public name or address, and port 443 " +
  "or 1,024 and more";

function writtenOf(content: Content): number | undefined {
  return content.kind === "data" ? content.written : undefined;
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
