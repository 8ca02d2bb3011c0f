import { payloadWithin } from "../../../wire/sizes.ts";
import type { NarrowPath, OverlayStatus } from "../../core/engine-status.ts";
import { formatBytes } from "../byte-size.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { OWN_KEY_USED } from "./event-log.ts";

/** Sentences about what is wrong with a node now; none when all is well. */
export function problems(
  runtime: Runtime,
  overlays: readonly OverlayStatus[],
  unhealthy: readonly string[],
): string[] {
  const { defects } = runtime.driver;
  return [
    ...diskProblems(runtime),
    ...memoryProblems(runtime),
    ...(runtime.lostRecords === 0 ? [] : [lostRecordsText(runtime.lostRecords)]),
    ...unhealthy,
    ...overlays.flatMap(requirement),
    ...overlays.flatMap(privacyProblem),
    ...overlays.flatMap(ownKeyProblem),
    ...overlays.flatMap(({ narrowPaths }) => narrowPaths.map(narrowPathText)),
    ...(defects === 0 ? [] : [`${defects} inputs hit a defect; see the log`]),
  ];
}

function diskProblems({ disk, driver }: Runtime): string[] {
  const { storeFailure } = driver;
  const failing =
    storeFailure === undefined
      ? []
      : [`bundles cannot be stored since ${isoTime(storeFailure.sinceMs)}: ${storeFailure.reason}`];
  if (disk === undefined || disk.room === "ample") return failing;
  const { freeBytes = 0, minFreeBytes } = disk;
  const free = `free ${formatBytes(freeBytes)}, below --min-free ${formatBytes(minFreeBytes)}`;
  const low =
    disk.room === "none"
      ? `the disk is full (ENOSPC): ${free}, and its reserve is used up: takes no more bundles`
      : `${free}: takes no more bundles from others`;
  return [...failing, low];
}

export function lostRecordsText(count: number): string {
  return (
    `the store is damaged: ${count} of its bundles are lost. Others send what they hold once the node is stopped, ` +
    "the folder `store` of its home moved away, and the node started again; `dispersy doctor` looks closer"
  );
}

function memoryProblems({ memory }: Runtime): string[] {
  if (memory?.room !== "own") return [];
  return [
    "memory is nearly full: takes no more bundles from others; give it more by NODE_OPTIONS=--max-old-space-size=MiB",
  ];
}

function requirement({ overlay, unknownRequirements }: OverlayStatus): string[] {
  if (unknownRequirements === 0) return [];
  return [
    `overlay ${overlay} requires a newer version of this program, so this node does not take part`,
  ];
}

/** Where what the ticket brought and what the founder signed contradict each other. */
export function privacyProblem(status: OverlayStatus): string[] {
  const { overlay, private: isPrivate, policyPrivate = isPrivate } = status;
  if (isPrivate === policyPrivate) return [];
  return [
    policyPrivate
      ? `overlay ${overlay} is private, and the ticket that this node joined with has no secret: it reads and ` +
        "writes nothing; join once more with a whole ticket: dispersy run - < FILE"
      : `overlay ${overlay} is public by its policy, and the ticket that this node joined with has a secret: ` +
        "what this node writes is sealed, and others may not read it; ask for a ticket without one",
  ];
}

function ownKeyProblem({ overlay, ownKeyUsed }: OverlayStatus): string[] {
  if (ownKeyUsed === 0) return [];
  const found = `${ownKeyUsed} bundles by our own key came to ${overlay} that this node did not make`;
  return [`${found}: ${OWN_KEY_USED}`];
}

/** What stays away, from whom, and what would help. */
export function narrowPathText({ address, direction, bytes, withheld }: NarrowPath): string {
  const bundles = withheld === 1 ? "a bundle is" : `${withheld} bundles are`;
  const way =
    direction === "to"
      ? `${bundles} too large for ${address}, which gets`
      : `${bundles} too large to come from ${address}, from which this node gets`;
  return (
    `${way} no datagrams over ${bytes} bytes: payloads of up to ${payloadWithin(bytes)} bytes always pass. Where ` +
    "neither side runs with a smaller --datagram-bytes, something on the way loses larger ones and tells nobody: look " +
    "at the MTU of VPNs, tunnels and routers there"
  );
}

/** ISO 8601. */
export function isoTime(unixMs: number): string {
  return new Date(unixMs).toISOString();
}
