import type { AttemptRole } from "../../nat/attempt.ts";
import type { PathKind } from "../../nat/outcomes.ts";
import type { Address } from "../../wire/address.ts";
import type { Bundle } from "../../wire/bundle.ts";
import type { BroughtFate } from "./brought-fate.ts";
import type { SurveyReport, SurveyStage } from "./survey-report.ts";
import type { Held } from "../sets/held.ts";

/** One signature to check. */
export interface SignatureCheck {
  publicKey: Uint8Array;
  message: Uint8Array;
  signature: Uint8Array;
}

/**
 * Everything an engine can want done. The numbers of what is answered, `job` and `batch`, are used once in an engine: a
 * late answer to an overlay that was left is never taken for one to it as it is joined again.
 */
export type Effect =
  /**
   * `ttl`: hop limit of this one datagram (1 to 255), such as of one that shall only pass our own NAT; else the
   * default.
   */
  | { kind: "send"; to: Address; via: number; bytes: Uint8Array; ttl?: number }
  /** Send to all in each of our networks that is a LAN, from the main sockets, whose addresses the bytes vouch for. */
  | { kind: "announce"; bytes: Uint8Array }
  /** Open `count` further sockets on ports that the system chooses, and answer with `opened`. */
  | { kind: "open"; job: number; family: 4 | 6; count: number }
  /** Give sockets back that were opened so. Nothing comes from them any more, and no number is used twice. */
  | { kind: "close"; via: number[] }
  /** Check signatures, in any manner, and answer with `verified`. */
  | { kind: "verify"; overlay: string; job: number; checks: SignatureCheck[] }
  /**
   * Write durably, all or nothing, update the index, and answer with `committed` or `commit-failed`. At most one
   * is under way per overlay. `clock` and `admitted` are the store's new values.
   */
  | {
      kind: "commit";
      overlay: string;
      batch: number;
      add: Bundle[];
      /** Expired or superseded bundles to forget; some may be gone already. */
      remove: Held[];
      clock: number;
      admitted: number;
    }
  | { kind: "notify"; event: EngineEvent };

/** What a user of the engine may want to know. */
export type EngineEvent =
  /** A bundle was committed: ours or somebody's. */
  | { event: "bundle"; overlay: string; bundle: Bundle }
  /** An ephemeral message came, or was made here. It is kept nowhere. */
  | { event: "ephemeral"; overlay: string; bundle: Bundle }
  /**
   * A data bundle is next in causal order: all that it follows was delivered before it, or is among `missing`: the
   * hexadecimal beginnings (16 bytes) of the ids of bundles that are gone, that nobody in touch with us holds, or that
   * did not come within a minute. Each bundle that is held long enough is delivered once.
   */
  | { event: "delivered"; overlay: string; bundle: Bundle; missing: string[] }
  /** The drafts of a publish input were committed, in order. */
  | { event: "published"; overlay: string; reference: number; bundles: Bundle[] }
  /** Nothing of a publish input was or will be published. */
  | { event: "refused"; overlay: string; reference: number; reason: string }
  /** What became of the bundles of an import input, in order; or, in one sentence, why none of them was looked at. */
  | {
      event: "imported";
      overlay: string;
      reference: number;
      fates: BroughtFate[];
      failure?: string;
    }
  /**
   * Bundles by our own key came that we did not make: an older copy of our keys and bundles was restored, or somebody
   * else uses the key as well. `again`: bundles of ours that they superseded, and that were published once more.
   */
  | { event: "own-key-used"; overlay: string; found: number; again: number }
  /** Bundles of ours whose times nobody takes were published once more. */
  | { event: "written-again"; overlay: string; bundles: number }
  /** An address answered us for the first time, or again after it was lost. */
  | {
      event: "contacted";
      overlay: string;
      address: Address;
      /** How a path to it was opened; `direct` where none had to be; `announced` where it was found in the LAN. */
      strategy: PathKind | "direct" | "announced";
      /** From when it was first named; if it is `direct`, from our question to its answer. */
      ms: number;
    }
  /**
   * Somebody is newly known to hold bundles of ours that ask for a receipt. `by`: its hexadecimal key. `ids`: the
   * newest 1,024 of them, in hexadecimal.
   */
  | { event: "held"; overlay: string; by: string; ids: string[] }
  /** Nobody is in touch with us any more: the last contact was lost, or the network changed. */
  | { event: "alone"; overlay: string }
  /**
   * A contact holds just what we hold, as it said last; again only after that was no longer so. Where the profile has
   * no fingerprints: no contact says that it holds more.
   */
  | { event: "up-to-date"; overlay: string }
  /** An attempt to open a path to a node that was named to us, or we to it, has ended. */
  | {
      event: "path";
      overlay: string;
      /** Hexadecimal: the run of the other node. */
      instance: string;
      /** Where it receives; if nothing was opened, where it was named. */
      address: Address;
      open: boolean;
      role: AttemptRole;
      strategy: PathKind;
      /** Datagrams that the search sent. */
      probes: number;
      /** From when it was first named. */
      ms: number;
      /** Why there is no path. */
      reason?: string;
    }
  /** What others agree is our public address has changed. */
  | { event: "address"; address: Address | undefined; family: 4 | 6 }
  /** A survey begins with another of its tests. */
  | { event: "surveying"; stage: SurveyStage }
  /** A survey is done. */
  | { event: "surveyed"; report: SurveyReport }
  /** The overlay's policy became known, or another one counts. `unknownRequirements`: as of a status. */
  | {
      event: "policy";
      overlay: string;
      writers: "open" | "members";
      unknownRequirements: number;
    };
