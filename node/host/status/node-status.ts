import { getHeapStatistics } from "node:v8";
import { isLink } from "../../../wire/address-scope.ts";
import type { CounterName } from "../../core/counters.ts";
import type { LinkCounter } from "../carriers/link-counters.ts";
import type { DiskSpace } from "../store/disk-space.ts";
import type { CandidateCounts, OverlayStatus } from "../../core/engine-status.ts";
import type { Engine } from "../../engine/engine.ts";
import type { SocketCounter, Traffic } from "../net/udp.ts";
import type { Joined } from "../runtime/joined.ts";
import type { TicketReach } from "../runtime/own-ticket.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { DeliveryText } from "./delivery-times.ts";
import { unhealthy } from "./health.ts";
import { lanText, type LanText } from "./lan.ts";
import { isoTime, problems } from "./problems.ts";
import { placeRows, type PlaceRow, webSocketRows, withoutUdp } from "./places.ts";
import type { ProgressState } from "./progress.ts";
import { outcomeText, type OutcomeText, peerRow, type PeerRow } from "./rows.ts";
import type { Served } from "./served.ts";
import { programVersion } from "../version.ts";

/** How a node is: what `dispersy status --json` prints as it is, and `status` in words. Plain JSON. */
export interface Status {
  role: "node" | "tracker";
  /** Of the program. */
  version: string;
  /** Process that serves. */
  pid: number;
  uptimeMs: number;
  /** `address:port` of every bound socket; empty when offline. */
  listen: string[];
  /** Where WebSockets are taken, as `address:port`, and how many are open; null where they are not. */
  webSockets: { listen: string; connections: number } | null;
  overlays: OverlaySummary[];
  /** What a tracker serves; null for a node. */
  served: { overlays: number; candidates: CandidateCounts } | null;
  /** What was done for others in the last minute or two. */
  recent: Served;
  /** How late others' bundles came; null while none came that tells. */
  delivery: DeliveryText | null;
  memory: MemoryText;
  nat: NatSummaryText;
  /** What is heard of the machines around us; null for a tracker, and where that is not wanted. */
  lan: LanText | null;
  /** Null for a tracker. */
  disk: DiskText | null;
  paths: OutcomeText[];
  traffic: Traffic;
  /** How often each event happened; those that never did are left out. */
  counters: { [Name in CounterName | SocketCounter | LinkCounter | HostCounter]?: number };
  /** Sentences about what is wrong now, such as a full disk; empty when all is well. */
  problems: string[];
  /** Those of them for which /healthz does not answer 200. */
  unhealthy: string[];
}

type HostCounter = "damaged records" | "defects" | "sealed bundles not opened";

export interface OverlaySummary extends OverlayStatus {
  ticket: string;
  ticketReach: TicketReach;
  /** Data bundles held: those that `ls` prints. */
  bundles: number;
  /** Policies and grants held. */
  controlBundles: number;
  /** Peers whose answers brought bundles in the last minute. */
  sources: PeerRow[];
  /** Where it begins from, and what came of asking there. */
  places: PlaceRow[];
}

export const NO_TRAFFIC: Traffic = {
  rxPackets: 0,
  rxBytes: 0,
  txPackets: 0,
  txBytes: 0,
  announcedPackets: 0,
};

/** Who brought nothing for so long is no source. */
const SOURCE_MS = 60_000;

export interface NatSummaryText {
  mapping: string;
  filtering: string;
  portAllocation: string;
  /** Our public address as others see it; null while unknown. */
  address: string | null;
  /** All of them, one per family at most. */
  addresses: string[];
  /** The port that a router mapped for us; null when none did. */
  portmap: PortmapText | null;
}

export interface PortmapText {
  protocol: "pcp" | "nat-pmp" | "upnp";
  /** Where it is reached from outside. */
  address: string;
  /** Seconds for which the router still grants it. */
  lifetimeS: number;
}

export interface MemoryText {
  /** Of the process, in the machine's memory. */
  rssBytes: number;
  /** Of that, JavaScript's objects, and what they may grow to. */
  heapUsedBytes: number;
  heapMostBytes: number;
}

export interface DiskText {
  /** On the home's filesystem; null where the system does not tell. */
  freeBytes: number | null;
  /** Below it, no bundles of others are taken. */
  minFreeBytes: number;
  /** Whose bundles there is room for. Control bundles of others count as our own. */
  takes: "all" | "own" | "nothing";
  /** While commits fail: the system's name for why, and since when (ISO 8601). */
  failure: { code: string; since: string } | null;
}

interface About {
  role: "node" | "tracker";
  listen: string[];
  webSockets: Status["webSockets"];
  ticket: (overlay: string) => string;
  ticketReach: (overlay: string) => TicketReach;
  recent: Served;
  delivery: DeliveryText | null;
}

/** Puts it together from engine, sockets and stores. */
export function describeNode(runtime: Runtime, joined: Joined[], about: About): Status {
  const { sockets } = runtime;
  const engine = runtime.asOfNow();
  const unwell = healthOf(runtime, joined, about.recent);
  const states = new Map(engine.overlays().map((state) => [state.overlay, state]));
  return {
    role: about.role,
    version: programVersion(),
    pid: process.pid,
    uptimeMs: Math.round(performance.now() - runtime.startedAt),
    listen: about.listen,
    webSockets: about.webSockets,
    overlays: joined.flatMap((one) => {
      const state = states.get(one.overlay);
      return state === undefined ? [] : [summary(runtime, engine, one, state, about)];
    }),
    served: about.role === "tracker" ? describeServed(engine) : null,
    recent: about.recent,
    delivery: about.delivery,
    memory: describeMemory(),
    nat: describeNat(runtime),
    lan: lanText(runtime.lan, engine.lan()),
    disk: describeDisk(runtime),
    paths: engine.outcomes().map(outcomeText),
    traffic: sockets?.traffic ?? NO_TRAFFIC,
    counters: counters(runtime, joined),
    problems: problems(runtime, [...states.values()], unwell),
    unhealthy: unwell,
  };
}

/** Why it does not serve; see `unhealthy` in node/host/status/health.ts. */
export function healthOf(
  { engine, sockets }: Runtime,
  joined: readonly Joined[],
  recent: Served,
): string[] {
  const contacts = joined.flatMap(({ overlay }) => engine.contacts(overlay));
  return unhealthy({
    socketsOpen: sockets?.isOpen,
    traffic: sockets?.traffic ?? NO_TRAFFIC,
    recent,
    linked: contacts.filter(isLink).length,
  });
}

function describeServed(engine: Engine): NonNullable<Status["served"]> {
  const tables = [...engine.served().values()];
  const total = (bucket: keyof CandidateCounts): number =>
    tables.reduce((sum, counts) => sum + counts[bucket], 0);
  return {
    overlays: tables.length,
    candidates: {
      tracker: total("tracker"),
      contacted: total("contacted"),
      requested: total("requested"),
      introduced: total("introduced"),
    },
  };
}

function describeMemory(): MemoryText {
  const { used_heap_size: heapUsedBytes, heap_size_limit: heapMostBytes } = getHeapStatistics();
  return { rssBytes: process.memoryUsage.rss(), heapUsedBytes, heapMostBytes };
}

function sourcesOf({ links }: Runtime, engine: Engine, { overlay }: Joined): PeerRow[] {
  const rows = engine.peers(overlay).map((peer) => peerRow(overlay, peer, links));
  return rows.filter(({ incoming }) => incoming !== undefined && incoming.lastMsAgo < SOURCE_MS);
}

/** Data bundles and others. */
function held({ store }: Joined): { bundles: number; controlBundles: number } {
  const { index, aside, controlCount } = store;
  return { bundles: index.size + aside.size - controlCount, controlBundles: controlCount };
}

function placesOf({ sockets }: Runtime, engine: Engine, joined: Joined): PlaceRow[] {
  const { overlay, seeds, fallback } = joined;
  const asked = engine.places(overlay).filter(({ address }) => !isLink(address));
  const isByWebSocketOnly = sockets === undefined && fallback !== undefined;
  const rows = placeRows(seeds.places, seeds.names, asked);
  return [
    ...(isByWebSocketOnly ? rows.map(withoutUdp) : rows),
    ...webSocketRows(fallback?.places() ?? []),
  ];
}

function summary(
  runtime: Runtime,
  engine: Engine,
  joined: Joined,
  state: OverlayStatus,
  about: About,
): OverlaySummary {
  const { overlay } = joined;
  const { comparedMsAgo } = state.elsewhere;
  return {
    ...state,
    elsewhere: {
      ...state.elsewhere,
      comparedMsAgo: comparedMsAgo === null ? null : Math.round(comparedMsAgo),
    },
    ticket: about.ticket(overlay),
    ticketReach: about.ticketReach(overlay),
    ...held(joined),
    sources: sourcesOf(runtime, engine, joined),
    places: placesOf(runtime, engine, joined),
  };
}

/** How far each overlay is, by its id. */
export function progressStates(
  runtime: Runtime,
  joined: Joined[],
  recent: Served,
): Map<string, ProgressState> {
  const engine = runtime.asOfNow();
  const { traffic, counters } = runtime.sockets ?? {};
  const received = (traffic?.rxPackets ?? 0) > 0;
  const sendErrors = [...(counters?.keys() ?? [])].flatMap(
    (name) => /^send: (.+)$/.exec(name)?.[1] ?? [],
  );
  const states = engine.overlays();
  const wrong = problems(runtime, states, healthOf(runtime, joined, recent));
  const byId = new Map(joined.map((one) => [one.overlay, one]));
  return new Map(
    states.flatMap((state) => {
      const { overlay, peersHold, upToDate, candidates, unknownRequirements } = state;
      const one = byId.get(overlay);
      if (one === undefined) return [];
      const { contacted, introduced } = candidates;
      const seen = { peersHold, upToDate, contacted, introduced, received, sendErrors };
      const barred = { isOutdated: unknownRequirements !== 0, problems: wrong };
      const webSocket = one.fallback?.status;
      const byWebSocket = webSocket && { webSocket };
      const now = {
        ...held(one),
        ...seen,
        ...barred,
        ...byWebSocket,
        lan: lanText(runtime.lan, engine.lan()),
        places: () => placesOf(runtime, engine, one),
      };
      return [[overlay, now] as const];
    }),
  );
}

function describeNat({ engine, portmap }: Runtime): NatSummaryText {
  const { summary: nat, addresses } = engine.nat();
  return {
    mapping: nat.mapping,
    filtering: nat.filtering,
    portAllocation: nat.allocation,
    address: addresses[0]?.key ?? null,
    addresses: addresses.map(({ key }) => key),
    portmap: portmap === undefined ? null : { ...portmap, address: portmap.address.key },
  };
}

/** Events of the engine, the sockets and the links. */
export function eventCounts({ engine, sockets, links }: Runtime): Map<string, number> {
  const ofSockets = sockets?.counters ?? [];
  return new Map<string, number>([...engine.counters, ...ofSockets, ...links.counters]);
}

function counters(runtime: Runtime, joined: Joined[]): Status["counters"] {
  const { driver } = runtime;
  const met = joined.reduce((sum, { store }) => sum + store.damaged, 0);
  const damaged = met + runtime.lostRecords;
  const unopened = joined.reduce((sum, { payloads }) => sum + payloads.unopened, 0);
  return {
    ...Object.fromEntries(eventCounts(runtime)),
    ...(damaged > 0 && { "damaged records": damaged }),
    ...(unopened > 0 && { "sealed bundles not opened": unopened }),
    ...(driver.defects > 0 && { defects: driver.defects }),
  };
}

const TAKES: Record<DiskSpace["room"], DiskText["takes"]> = {
  ample: "all",
  reserve: "own",
  none: "nothing",
};

function describeDisk({ disk, driver }: Runtime): DiskText | null {
  if (disk === undefined) return null;
  const { storeFailure } = driver;
  return {
    freeBytes: disk.freeBytes ?? null,
    minFreeBytes: disk.minFreeBytes,
    takes: TAKES[disk.room],
    failure:
      storeFailure === undefined
        ? null
        : { code: storeFailure.code ?? "unknown", since: isoTime(storeFailure.sinceMs) },
  };
}
