import type { Strategy } from "../../nat/strategy.ts";
import type { AnnouncementRejection } from "../../wire/announcement.ts";
import type { BundleRejection } from "../../wire/bundle.ts";
import type { MessageKind } from "../../wire/message.ts";
import type { RejectionReason } from "../../wire/rejection.ts";

/** The events that an engine counts, by the names that `status --json` shows; docs/status.md says how to read them. */
export type CounterName =
  | DatagramCounter
  | LanCounter
  | BundleCounter
  | WalkCounter
  | PunctureCounter
  | TrackerCounter
  | SyncCounter;
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
  | "rejected: notice without our token"
  | "dropped: the overlay is being read";

type LanCounter =
  | "announcements"
  | "announcement of others' overlays"
  | "announcement of our overlays"
  | "announced node left out: too many"
  | `rejected: announcement: ${"beyond our networks" | "rate" | AnnouncementRejection}`;

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
  | "bundle delivered early: too many wait"
  | "bundle delivered without what it follows"
  | "bundle waits for what it follows"
  | "bundles by our own key that we did not make"
  | "bundles of ours written again"
  | "bundles sent"
  | "commit failed"
  | "receipt not read"
  | "receipts written";

/** Why a bundle that others sent is not taken. */
export type BundleRefusal =
  | BundleRejection["rejected"]
  | StorageRefusal
  | "backlog"
  | "duplicate"
  | "ephemeral-expiry"
  | "ephemeral-rate"
  | "ephemeral-stale"
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
  | "rejected: WebSocket in a special range"
  | "rejected: WebSocket of another address"
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
  | "puncture not requested: lets in anybody"
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
  | `rejected: ${"bundles" | "notice" | "puncture"} at a tracker`
  | "dial-back refused: too many"
  | "late answer refused: too many"
  | "rejected: request for a dial-back too small"
  | "rejected: too many overlays";

/** By which means an offer asks. */
export type OfferMeans =
  | "cursor"
  | "filter of a class"
  | "filter of a window"
  | "filter of everything"
  | "sketch"
  | "sketch of a class";

type SyncCounter =
  | "bundles not sent: larger than datagrams there may be"
  | "ancestors asked for"
  | "control lane left: in vain"
  | "datagram came twice"
  | `offer by ${OfferMeans}`
  | `offer left out: ${"being compared" | "disk" | "equal sets" | "nothing changed"}`
  | `offer refused: ${"epoch" | "filter-overfull" | "outbox" | "reply budget" | "work budget"}`
  | "ephemeral message not sent on: too many"
  | "new bundle told again"
  | "notice left unread"
  | "offer brought nothing"
  | "offer paid"
  | "path takes small datagrams only"
  | "path tested for its size"
  | "push left to offers"
  | "pushed bundles"
  | "sketch decoded"
  | "sketch not decoded"
  | "wanted bundles"
  | "wanted bundles not sent: new epoch"
  | "wanted bundles not sent: no token"
  | "wanted bundles not sent: outbox"
  | "wanted bundles sent";
