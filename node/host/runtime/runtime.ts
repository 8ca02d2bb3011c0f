import { DEFAULT_MAX_FLOWS, MOST_FLOWS } from "../../../nat/plan.ts";
import {
  DEFAULT_DATAGRAM_BYTES,
  MAX_DATAGRAM_BYTES,
  MIN_DATAGRAM_BYTES,
} from "../../../wire/limits.ts";
import type { HostPort } from "../../../wire/place.ts";
import type { Address } from "../../../wire/address.ts";
import type { WebSocketPlace } from "../../../wire/websocket-place.ts";
import type { EngineEvent } from "../../core/effects.ts";
import { Engine } from "../../engine/engine.ts";
import type { LocalNetwork, StorageRoom } from "../../core/inputs.ts";
import type { HostNetwork } from "../net/network-order.ts";
import { LanDiscovery, type LanListening } from "../net/lan-discovery.ts";
import { LEAST_MAX_RATE, type MaxRate } from "../../core/max-rate.ts";
import { AddressCache, TRACKER_GENERATION_ENTRIES } from "../net/address-cache.ts";
import { bindSockets } from "../net/bind-sockets.ts";
import { CheckThreads } from "../verify/check-threads.ts";
import { watchClock } from "../clock.ts";
import { DiskSpace } from "../store/disk-space.ts";
import { MemoryRoom } from "../store/memory-room.ts";
import { Driver } from "./driver.ts";
import type { Listen } from "../net/endpoint.ts";
import { EXIT, UserError } from "../errors.ts";
import { Links } from "../carriers/links.ts";
import type { Log } from "../log.ts";
import { selfTest } from "../verify/native-crypto.ts";
import { fastestCrypto } from "../verify/sodium.ts";
import {
  KNOWS_ROUTER,
  NETWORK_POLL_INTERVAL_MS,
  findExits,
  fingerprint,
  localNetworks,
} from "../net/networks.ts";
import type { Commit } from "../store/overlay-store.ts";
import { addPartnerTrackers } from "./tracker-partners.ts";
import { mappingPlace } from "../portmap/router-place.ts";
import { PortMapping, type PortMappingState } from "../portmap/portmap.ts";
import { hostRandom } from "../random.ts";
import { Recorder } from "../../record/recorder.ts";
import { DropLog } from "../record/drop-log.ts";
import { loggingSenderKeys } from "../record/key-log.ts";
import { StepLog } from "../record/step-log.ts";
import { PcapObserver } from "../record/pcap-observer.ts";
import type { TraceFile } from "../record/trace-file.ts";
import { socketRoom } from "../net/socket-room.ts";
import { systemErrorOf } from "../system-error.ts";
import { UdpSockets, isWildcard } from "../net/udp.ts";

export interface RuntimeOptions {
  role: "node" | "tracker";
  offline: boolean;
  listen?: Listen;
  /** UDP port of the last run. */
  lastPort?: number;
  /** A tracker's: the other trackers that it works with. */
  partners?: readonly HostPort[];
  /** Whether to find out, of our own accord, what our NAT does; by default no. */
  surveys?: boolean;
  /** Whether to find others of our LANs by announcements, and to be found; by default no. */
  lan?: boolean;
  /** Ask the router for a port, by this PCP nonce. */
  portmap?: { nonce: Uint8Array };
  /** Where the bundles are, and how many bytes shall stay free there, unless the default. */
  disk?: { path: string; minFreeBytes?: number };
  datagramBytes?: number;
  maxFlows?: number;
  maxRate?: MaxRate;
  /** Where WebSockets are taken, to be told to others. */
  webSocket?: WebSocketPlace;
  /** What the wall clock told in earlier runs. */
  latestWallMs?: number;
  log: Log;
  store: (overlay: string) => { commit(commit: Commit): Promise<void> };
  notify: (event: EngineEvent) => void;
  /** Write down what the engine does: as a recording that can be played again, as a packet capture, in the log. */
  recording?: TraceFile;
  capture?: TraceFile;
  /** Gets the keys of senders. */
  keyLog?: TraceFile;
  logsDrops?: boolean;
  logsSteps?: boolean;
}

/** Of all engines of this process. */
const CHECKS = new CheckThreads();

/**
 * An engine and the machine around it: sockets, timers, threads that check signatures, and a watch on clock and
 * networks.
 */
export class Runtime {
  readonly engine: Engine;
  readonly driver: Driver;
  /** What carries datagrams beside the sockets. */
  readonly links: Links;
  readonly startedAt = performance.now();
  /** Bundles that the store has lost before this run. */
  lostRecords = 0;
  readonly #log: Log;
  /** A tracker has none. */
  readonly disk: DiskSpace | undefined;
  /** The same. */
  readonly memory: MemoryRoom | undefined;
  #sockets: UdpSockets | undefined;
  #portmap: PortMapping | undefined;
  #lan: LanDiscovery | undefined;
  #networks: HostNetwork[] = [];
  #era = 0;
  #isClosed = false;
  #seen: string | undefined;
  /** Whether the last look at the networks failed. */
  #isBlind = false;
  readonly #stops: (() => void)[] = [];

  private constructor(options: RuntimeOptions) {
    const { role, datagramBytes = DEFAULT_DATAGRAM_BYTES, surveys = false } = options;
    const { log, store, notify, disk, maxFlows = DEFAULT_MAX_FLOWS, maxRate = {} } = options;
    if (!(datagramBytes >= MIN_DATAGRAM_BYTES && datagramBytes <= MAX_DATAGRAM_BYTES)) {
      throw new UserError(
        `datagrams of ${datagramBytes} bytes are not possible`,
        `Choose ${MIN_DATAGRAM_BYTES} to ${MAX_DATAGRAM_BYTES}.`,
        EXIT.usage,
      );
    }
    if (!(Number.isSafeInteger(maxFlows) && maxFlows >= 1 && maxFlows <= MOST_FLOWS)) {
      throw new UserError(
        `${maxFlows} flows at a time are not possible`,
        `Choose 1 to ${MOST_FLOWS}.`,
        EXIT.usage,
      );
    }
    for (const rate of [maxRate.up, maxRate.down]) {
      if (rate === undefined || (Number.isFinite(rate) && rate >= LEAST_MAX_RATE)) continue;
      throw new UserError(
        `a limit of ${rate} bytes per second is not possible`,
        `Choose ${LEAST_MAX_RATE} or more, or none.`,
        EXIT.usage,
      );
    }
    this.#log = log;
    const { recording, capture, keyLog, logsDrops = false, logsSteps = false } = options;
    const { latestWallMs = 0, webSocket } = options;
    const crypto = fastestCrypto();
    const made = {
      role,
      crypto: keyLog ? loggingSenderKeys(crypto, (line) => keyLog.write(line)) : crypto,
      random: hostRandom,
      datagramBytes,
      surveys,
      maxFlows,
      maxRate,
      latestWallMs,
      ...(webSocket && { webSocket }),
    };
    const recorder = recording && new Recorder(made, (line) => recording.write(`${line}\n`));
    const engine = new Engine(recorder?.options ?? made);
    this.engine = engine;
    this.links = new Links({
      input: (input) => this.driver.input(input),
      isKnown: (address) => engine.takesPart(address),
      now: () => performance.now(),
    });
    this.driver = new Driver({
      links: this.links,
      engine: this.engine,
      log,
      check: (checks) => CHECKS.check(checks),
      store,
      sockets: () => this.#sockets,
      announce: (bytes) => this.#lan?.announce(bytes),
      notify,
      observers: [
        ...(recorder === undefined ? [] : [recorder]),
        ...(capture === undefined ? [] : [new PcapObserver((packet) => capture.write(packet))]),
        ...(logsSteps ? [new StepLog(log, engine, this.links)] : []),
        ...(logsDrops ? [new DropLog(log, engine, this.links)] : []),
      ],
      written: (failed) => this.disk?.written(failed),
    });
    if (disk === undefined) return;
    this.memory = new MemoryRoom(() => this.#roomChanged(this.disk?.room ?? "ample"));
    this.disk = new DiskSpace(disk.path, disk.minFreeBytes, (room) => this.#roomChanged(room));
  }

  /** Where both are short, whichever has less counts. */
  #roomChanged(onDisk: StorageRoom): void {
    const room = this.memory?.room === "own" && onDisk !== "none" ? "own" : onDisk;
    this.driver.input({ kind: "storage", room });
  }

  /** Binds the sockets, unless offline. Throws a UserError when that is not possible; nothing stays bound then. */
  static async open(options: RuntimeOptions): Promise<Runtime> {
    selfTest();
    const runtime = new Runtime(options);
    try {
      if (!options.offline) await runtime.#goOnline(options);
      return runtime;
    } catch (error) {
      await runtime.close();
      throw error;
    }
  }

  /** The engine as of now: it answers questions as of its last input. */
  asOfNow(): Engine {
    this.driver.input({ kind: "tick" });
    return this.engine;
  }

  get sockets(): UdpSockets | undefined {
    return this.#sockets;
  }
  /** Our subnets; empty when offline. */
  get networks(): readonly LocalNetwork[] {
    return this.#networks;
  }

  /** Another number after each change of network and each sleep: what was known of names and paths is of the past. */
  get era(): number {
    return this.#era;
  }

  /** The port that a router forwards to us. */
  get portmap(): PortMappingState | undefined {
    return this.#portmap?.state;
  }

  /** How we hear the machines around us; undefined where that is not wanted. */
  get lan(): LanListening | undefined {
    return this.#lan?.status;
  }

  /** No datagrams any more; the router's port is given back; commits under way are finished. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const stop of this.#stops) stop();
    this.disk?.close();
    this.memory?.close();
    this.#lan?.close();
    await Promise.all([this.#sockets?.close(), this.#portmap?.close()]);
    await this.driver.close();
  }

  async #goOnline({
    listen,
    lastPort,
    partners = [],
    portmap,
    lan = false,
    role,
    log,
  }: RuntimeOptions): Promise<void> {
    const { driver } = this;
    const room = socketRoom(log, role);
    const open = () =>
      new UdpSockets(
        log,
        (from, via, bytes) => driver.input({ kind: "datagram", from, via, bytes }),
        room,
        new AddressCache(role === "tracker" ? TRACKER_GENERATION_ENTRIES : undefined),
      );
    const plan = {
      ...(listen && { listen }),
      ...(lastPort !== undefined && { lastPort }),
      second: role === "tracker",
    };
    const sockets = await bindSockets(open, plan, log);
    this.#sockets = sockets;
    const heard = (from: Address, bytes: Uint8Array): void =>
      driver.input({ kind: "announcement", from, bytes });
    if (lan) this.#lan = new LanDiscovery({ log, sockets, heard });
    if (portmap !== undefined && !KNOWS_ROUTER) {
      log.info("no port is asked of the router: this system does not tell where it is");
    } else if (portmap !== undefined) {
      const onChange = (via: number, address: Address | undefined) =>
        driver.input({ kind: "mapped", via, address });
      this.#portmap = new PortMapping({ log, random: hostRandom, ...portmap, onChange });
    }
    await this.#lookAtNetworks();
    if (partners.length > 0)
      this.#stops.push(
        addPartnerTrackers(partners, {
          driver,
          log,
          asOfNow: () => this.asOfNow(),
          era: () => this.era,
        }),
      );
    const poll = setInterval(() => void this.#lookAtNetworks(), NETWORK_POLL_INTERVAL_MS).unref();
    this.#stops.push(() => clearInterval(poll));
    this.#stops.push(
      watchClock(() => {
        log.info("the clock jumped or the machine slept: starting afresh");
        this.#era++;
        driver.input({ kind: "resumed" });
        this.#portmap?.revalidate();
      }),
    );
  }

  async #lookAtNetworks(): Promise<void> {
    const { bound } = this.#sockets!;
    const { host } = bound[0]!;
    const networks = await this.#readNetworks(isWildcard(host) ? undefined : host);
    if (this.#isClosed) return;
    // Before the engine hears of them: it announces itself at once.
    await this.#lan?.look(networks);
    if (this.#isClosed) return;
    const seen = fingerprint(networks);
    if (seen === this.#seen) return;
    if (this.#seen !== undefined) {
      this.#log.info("the network changed", { networks: networks.length });
    }
    this.#seen = seen;
    this.#networks = networks;
    this.#era++;
    const ports = bound.map(({ family, port }, via) => ({ via, family, port }));
    this.driver.input({ kind: "network", networks, ports });
    this.#portmap?.update(mappingPlace(networks, bound));
  }

  /** What they were, at the start none, where the system does not tell: it takes a free descriptor and netlink. */
  async #readNetworks(boundTo: string | undefined): Promise<HostNetwork[]> {
    try {
      const found = localNetworks(await findExits(), boundTo);
      const networks = this.#lan === undefined ? found.map(withoutLan) : found;
      if (this.#isBlind) this.#log.info("this machine's networks can be read again");
      this.#isBlind = false;
      return networks;
    } catch (error) {
      if (!this.#isBlind) {
        const reason = systemErrorOf(error);
        this.#log.warn("this machine's networks cannot be read: taken for what they were", {
          reason,
        });
      }
      this.#isBlind = true;
      return this.#networks;
    }
  }
}

/** The same, as if no machines were around us. */
function withoutLan(network: HostNetwork): LocalNetwork {
  const { isLan: _, zone: __, ...others } = network;
  return others;
}
