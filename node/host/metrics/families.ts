import type { CandidateCounts } from "../../core/engine-status.ts";
import type { Status } from "../status/node-status.ts";

export interface Sample {
  labels?: Record<string, string>;
  value: number;
}

/** A metric: its samples differ in their labels. No label names a peer, an address or an overlay. */
export interface Family {
  name: `dispersy_${string}`;
  type: "counter" | "gauge";
  help: string;
  /** BOUNDED: their values are names in the code, and the system's error codes. */
  labels: readonly string[];
  samples(status: Status): Sample[];
}

const BUCKETS = ["tracker", "contacted", "requested", "introduced"] as const;
/** A socket could not do something: the only counters whose names begin so. */
const SOCKET = /^(announce|buffer|group|hop limit|open|receive|send|socket): (.+)$/;
const MESSAGE = /^(sent|received) (.+)$/;
/** Counted with a reason in the name. */
const REASONED = {
  dispersy_datagrams_dropped_total: /^(?:(?:gate|rejected|dropped): .+)$/,
  dispersy_bundles_rejected_total: /^bundle rejected: (.+)$/,
  dispersy_offers_refused_total: /^offer refused: (.+)$/,
} as const;
/** Counted by name elsewhere. */
const APART = new Set([
  "bundles sent",
  "damaged records",
  "defects",
  "introductions made",
  "commit failed",
]);

/** All that /metrics tells of this program; docs/metrics.md lists it, and a test compares the two. */
export const FAMILIES: readonly Family[] = [
  gauge("dispersy_build_info", "Always 1; its labels say what runs.", {
    labels: ["version", "role"],
    samples: ({ version, role }) => [{ labels: { version, role }, value: 1 }],
  }),
  gauge("dispersy_healthy", "1 while /healthz answers 200, else 0.", {
    samples: ({ unhealthy }) => one(unhealthy.length === 0 ? 1 : 0),
  }),
  gauge("dispersy_problems", "Things that are wrong now: the sentences of status.", {
    samples: ({ problems }) => one(problems.length),
  }),
  counter("dispersy_datagrams_received_total", "Datagrams that came.", {
    samples: ({ traffic }) => one(traffic.rxPackets),
  }),
  counter("dispersy_datagrams_sent_total", "Datagrams that were sent.", {
    samples: ({ traffic }) => one(traffic.txPackets),
  }),
  counter("dispersy_received_bytes_total", "UDP payload that came.", {
    samples: ({ traffic }) => one(traffic.rxBytes),
  }),
  counter("dispersy_sent_bytes_total", "UDP payload that was sent.", {
    samples: ({ traffic }) => one(traffic.txBytes),
  }),
  counter("dispersy_messages_received_total", "Well-formed messages that came, by kind.", {
    labels: ["kind"],
    samples: (status) => messages(status, "received"),
  }),
  counter("dispersy_messages_sent_total", "Messages that were sent, by kind.", {
    labels: ["kind"],
    samples: (status) => messages(status, "sent"),
  }),
  counter("dispersy_datagrams_dropped_total", "Datagrams thrown away, by reason.", {
    labels: ["reason"],
    samples: (status) => reasons(status, "dispersy_datagrams_dropped_total"),
  }),
  counter("dispersy_bundles_rejected_total", "Bundles of others that were not taken, by reason.", {
    labels: ["reason"],
    samples: (status) => reasons(status, "dispersy_bundles_rejected_total"),
  }),
  counter("dispersy_offers_refused_total", "Offers that were not answered, by reason.", {
    labels: ["reason"],
    samples: (status) => reasons(status, "dispersy_offers_refused_total"),
  }),
  counter("dispersy_introductions_total", "Answers that named somebody.", {
    samples: ({ counters }) => one(counters["introductions made"] ?? 0),
  }),
  counter("dispersy_bundles_sent_total", "Bundles in datagrams that were sent.", {
    samples: ({ counters }) => one(counters["bundles sent"] ?? 0),
  }),
  counter("dispersy_events_total", "Everything else that is counted, see docs/status.md.", {
    labels: ["event"],
    samples: (status) =>
      counted(status, (name) => (isToldElsewhere(name) ? undefined : { event: name })),
  }),
  counter("dispersy_socket_failures_total", "What a UDP socket could not do, and why.", {
    labels: ["operation", "reason"],
    samples: (status) =>
      counted(status, (name) => {
        const [, operation, reason] = SOCKET.exec(name) ?? [];
        return operation === undefined ? undefined : { operation, reason: reason! };
      }),
  }),
  counter("dispersy_commit_failures_total", "Batches of bundles that the disk did not take.", {
    samples: ({ counters }) => one(counters["commit failed"] ?? 0),
  }),
  counter("dispersy_defects_total", "Faults of this program, of which none should exist.", {
    samples: ({ counters }) => one(counters["defects"] ?? 0),
  }),
  gauge("dispersy_damaged_records", "Bundles on disk that cannot be read.", {
    samples: ({ counters }) => one(counters["damaged records"] ?? 0),
  }),
  gauge("dispersy_overlays", "Overlays that are taken part in; of a tracker, served.", {
    samples: ({ overlays, served }) => one(served?.overlays ?? overlays.length),
  }),
  gauge("dispersy_candidates", "Addresses known, of all overlays, by kind of acquaintance.", {
    labels: ["bucket"],
    samples: candidates,
  }),
  gauge("dispersy_bundles", "Data bundles held, of all overlays.", {
    samples: ({ overlays }) => one(sum(overlays.map(({ bundles }) => bundles))),
  }),
  gauge("dispersy_control_bundles", "Policies and grants held, of all overlays.", {
    samples: ({ overlays }) => one(sum(overlays.map(({ controlBundles }) => controlBundles))),
  }),
  gauge("dispersy_syncing_overlays", "Overlays in which a sync is under way that brings bundles.", {
    samples: ({ overlays }) => one(overlays.filter(({ syncing }) => syncing).length),
  }),
  gauge("dispersy_port_mapped", "1 while the router forwards a port, else 0.", {
    samples: ({ nat }) => one(nat.portmap === null ? 0 : 1),
  }),
  gauge("dispersy_delivery_seconds", "How late others' bundles come, by the authors' clocks.", {
    labels: ["quantile"],
    samples: ({ delivery }) =>
      delivery === null
        ? []
        : [
            { labels: { quantile: "0.5" }, value: delivery.p50Ms / 1_000 },
            { labels: { quantile: "0.99" }, value: delivery.p99Ms / 1_000 },
          ],
  }),
  gauge("dispersy_disk_free_bytes", "Free on the filesystem of the home; of a node.", {
    samples: ({ disk }) => (disk?.freeBytes == null ? [] : one(disk.freeBytes)),
  }),
  gauge("dispersy_disk_min_free_bytes", "Below it no bundles of others are taken; of a node.", {
    samples: ({ disk }) => (disk === null ? [] : one(disk.minFreeBytes)),
  }),
];

type Parts = Pick<Family, "samples"> & { labels?: readonly string[] };

function counter(name: Family["name"], help: string, { labels = [], samples }: Parts): Family {
  return { name, type: "counter", help, labels, samples };
}

function gauge(name: Family["name"], help: string, { labels = [], samples }: Parts): Family {
  return { name, type: "gauge", help, labels, samples };
}

function one(value: number): Sample[] {
  return [{ value }];
}

/** Of the counters, those that `labelled` has labels for. */
function counted(
  { counters }: Status,
  labelled: (name: string) => Record<string, string> | undefined,
): Sample[] {
  return Object.entries(counters).flatMap(([name, value]) => {
    const labels = labelled(name);
    return labels === undefined ? [] : [{ labels, value: value as number }];
  });
}

function messages(status: Status, direction: string): Sample[] {
  return counted(status, (name) => {
    const [, way, kind] = MESSAGE.exec(name) ?? [];
    return way === direction ? { kind: kind! } : undefined;
  });
}

function reasons(status: Status, family: keyof typeof REASONED): Sample[] {
  return counted(status, (name) => {
    const match = REASONED[family].exec(name);
    return match === null ? undefined : { reason: match[1] ?? match[0] };
  });
}

function isToldElsewhere(name: string): boolean {
  const patterns = [SOCKET, MESSAGE, ...Object.values(REASONED)];
  return APART.has(name) || patterns.some((pattern) => pattern.test(name));
}

function candidates({ overlays, served }: Status): Sample[] {
  const tables: CandidateCounts[] = served
    ? [served.candidates]
    : overlays.map((overlay) => overlay.candidates);
  return BUCKETS.map((bucket) => ({
    labels: { bucket },
    value: sum(tables.map((counts) => counts[bucket])),
  }));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
