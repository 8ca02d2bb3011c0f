import type { OverlayStatus } from "../../core/status.ts";
import { describeDisk, diskProblems, memoryProblems } from "./disk-report.ts";
import { OWN_KEY_USED } from "./event-log.ts";
import type { Joined } from "../runtime/joined.ts";
import type { NatSummaryText, OverlaySummary, Status } from "./node-status.ts";
import type { TicketReach } from "../runtime/own-ticket.ts";
import { outcomeText } from "./rows.ts";
import type { Runtime } from "../runtime/runtime.ts";

interface About {
  role: "node" | "tracker";
  listen: string[];
  ticket: (overlay: string) => string;
  ticketReach: (overlay: string) => TicketReach;
}

/** What `status` tells, put together from engine, sockets and stores. */
export function describeNode(runtime: Runtime, joined: Joined[], about: About): Status {
  const { sockets, driver } = runtime;
  const engine = runtime.asOfNow();
  const states = new Map(engine.overlays().map((state) => [state.overlay, state]));
  return {
    role: about.role,
    instance: engine.instance,
    pid: process.pid,
    uptimeMs: Math.round(performance.now() - runtime.startedAt),
    listen: about.listen,
    overlays: joined.flatMap((one) => {
      const state = states.get(one.overlay);
      return state === undefined ? [] : [summary(one, state, about)];
    }),
    nat: describeNat(runtime),
    disk: describeDisk(runtime),
    paths: engine.outcomes().map(outcomeText),
    traffic: sockets?.traffic ?? { rxPackets: 0, rxBytes: 0, txPackets: 0, txBytes: 0 },
    counters: counters(runtime, joined),
    problems: [
      ...diskProblems(runtime),
      ...memoryProblems(runtime),
      ...(isDeaf(runtime) ? [DEAF] : []),
      ...[...states.values()].flatMap(requirement),
      ...[...states.values()].flatMap(ownKeyProblem),
      ...(driver.defects === 0 ? [] : [`${driver.defects} inputs hit a defect; see the log`]),
    ],
  };
}

function requirement({ overlay, unknownRequirements }: OverlayStatus): string[] {
  if (unknownRequirements === 0) return [];
  return [
    `overlay ${overlay} requires a newer version of this program, so this node does not take part`,
  ];
}

/** As many as a start sends to two trackers that do not answer; whoever has nobody to ask sends none. */
const ENOUGH_SENT = 8;
const DEAF = "nothing was ever received: a firewall may block UDP here; see dispersy netcheck";

function ownKeyProblem({ overlay, ownKeyUsed }: OverlayStatus): string[] {
  if (ownKeyUsed === 0) return [];
  const found = `${ownKeyUsed} bundles by our own key came to ${overlay} that this node did not make`;
  return [`${found}: ${OWN_KEY_USED}`];
}

function isDeaf({ sockets }: Runtime): boolean {
  const { rxPackets = 0, txPackets = 0 } = sockets?.traffic ?? {};
  return rxPackets === 0 && txPackets >= ENOUGH_SENT;
}

function summary({ overlay, store }: Joined, state: OverlayStatus, about: About): OverlaySummary {
  const { globalTime, candidates, policy, member, mayWrite, syncing } = state;
  return {
    overlay,
    ticket: about.ticket(overlay),
    ticketReach: about.ticketReach(overlay),
    bundles: store.index.size + store.aside.size - store.controlCount,
    controlBundles: store.controlCount,
    globalTime,
    candidates,
    policy,
    member,
    mayWrite,
    syncing,
  };
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

function counters({ engine, sockets, driver }: Runtime, joined: Joined[]): Record<string, number> {
  const damaged = joined.reduce((sum, { store }) => sum + store.damaged, 0);
  return {
    ...Object.fromEntries(engine.counters),
    ...Object.fromEntries(sockets?.counters ?? []),
    ...(damaged > 0 && { "damaged records": damaged }),
    ...(driver.defects > 0 && { defects: driver.defects }),
  };
}
