import type { Strategy } from "../../nat/strategy.ts";
import type { BundleRejection } from "../../wire/bundle.ts";
import type { MessageKind } from "../../wire/message.ts";
import type { RejectionReason } from "../../wire/rejection.ts";

/** The events that an engine counts, by the names that `status --json` shows; docs/status.md says how to read them. */
export type CounterName =
  DatagramCounter | BundleCounter | WalkCounter | PunctureCounter | TrackerCounter | SyncCounter;
export type Counters = ReadonlyMap<CounterName, number>;

/** Datagrams, and why some were dropped before any part of the engine saw them. */
type DatagramCounter =
  | `sent ${MessageKind}`
  | `received ${MessageKind}`
  | GateRefusal
  | SealedRefusal
  | `rejected: ${MessageKind} not sealed`
  | `rejected: ${RejectionReason}`
  | "rejected: overlay requires a newer version"
  | "rejected: bundles not asked for"
  | "dropped: the overlay is being read";

/** Why a sealed datagram is not opened. */
export type SealedRefusal =
  | "gate: sealed"
  | "rejected: sealed-malformed"
  | "rejected: sealed under another key"
  | "rejected: sealed datagram again"
  | "rejected: sealed and altered";

/** Why a datagram is not decoded. */
export type GateRefusal = "gate: size" | "gate: rate" | "gate: overlay";

type BundleCounter =
  | `bundle rejected: ${BundleRefusal}`
  | "bundle awaits a grant"
  | "bundles by our own key that we did not make"
  | "bundles of ours written again"
  | "bundles sent"
  | "commit failed";

/** Why a bundle that others sent is not taken. */
export type BundleRefusal =
  | BundleRejection["rejected"]
  | StorageRefusal
  | "backlog"
  | "duplicate"
  | "expired"
  | "policy"
  | "signature"
  | "superseded"
  | "time-above-bound";

export type StorageRefusal = "disk full" | "disk failing" | "disk floor" | "memory floor";

type WalkCounter =
  | "steps"
  | "candidates reset"
  | "candidate refused: group cap"
  | "introduction held back: asked too often"
  | "introductions made"
  | "rejected: introduction too small"
  | "rejected: request too small to answer"
  | "rejected: response not asked for"
  | "request forgotten: too many outstanding"
  | "request held back: unsolicited"
  | "request sent again"
  | "request timed out";

type PunctureCounter =
  | `rejected: named address: ${NamedRefusal}`
  | `searches: ${Strategy}`
  | "named at another address"
  | "puncture answered"
  | "puncture held back: unsolicited"
  | "puncture not requested: no token"
  | "puncture re-keyed a port"
  | "rejected: introduction beyond a bound"
  | "rejected: lan address"
  | "rejected: puncture not expected"
  | "rejected: puncture-request beyond a bound"
  | "rejected: puncture-request from nobody we know"
  | "rejected: puncture-request without our token"
  | "search held back: in vain a while ago"
  | "search held back: one at a time, few to one address"
  | "search hit";

/** Why an address that somebody named is not sent to. */
export type NamedRefusal = "family" | "gateway or whole subnet" | "ourselves" | "special range";

type TrackerCounter =
  | `rejected: ${"bundles" | "puncture"} at a tracker`
  | "dial-back refused: too many"
  | "late answer refused: too many"
  | "rejected: request for a dial-back too small"
  | "rejected: too many overlays";

type SyncCounter =
  | "control lane left: in vain"
  | "datagram came twice"
  | `offer left out: ${"being compared" | "disk" | "equal sets" | "nothing changed"}`
  | `offer refused: ${"epoch" | "filter-overfull" | "outbox" | "reply budget" | "work budget"}`
  | "offer brought nothing"
  | "offer paid"
  | "push left to offers"
  | "pushed bundles"
  | "sketch decoded"
  | "sketch not decoded"
  | "wanted bundles"
  | "wanted bundles not sent: new epoch"
  | "wanted bundles not sent: no token"
  | "wanted bundles not sent: outbox"
  | "wanted bundles sent";
