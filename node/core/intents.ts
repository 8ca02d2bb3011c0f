import type { Address } from "../../wire/address.ts";
import type { Bundle } from "../../wire/bundle.ts";
import type { Introduction } from "../../wire/message.ts";
import type { DuePuncture } from "../../nat/punctures.ts";
import type { Held } from "../sets/held.ts";

/** What a part of an overlay wants done by another part, which it does not know. */
export type Intent =
  /** Ask for an introduction, also where it was asked just now. */
  | { kind: "ask"; address: Address }
  /**
   * A path to a node was opened, perhaps (`hasMoved`) from another port than the one it was asked at. It is asked if
   * there is a hurry; `otherwise` this puncture is sent.
   */
  | { kind: "opened"; address: Address; hasMoved: boolean; otherwise: DuePuncture | undefined }
  /** An introducer named the node that we sought, in a response of so many bytes. */
  | {
      kind: "found";
      introduction: Introduction;
      introducer: Address;
      bytes: number;
      demanded: boolean;
    }
  /** Ask the peer for bundles, with the next offer. */
  | { kind: "offer"; peer: Address }
  /** The same, if there is a part of everything for it when this is settled: another one may have taken it. */
  | { kind: "part"; peer: Address }
  /** Ask another peer what it holds; where there is none, `otherwise` gets the next offer. */
  | { kind: "askElsewhere"; otherwise: Address }
  /** Datagrams of another size go to a peer, or come from there, than before: what is under way may never arrive. */
  | { kind: "resized"; peer: Address }
  /** Ask for what is missing of that which others follow, if there is anybody to ask. */
  | { kind: "ancestors" }
  /** A peer holds just what we hold. */
  | { kind: "shared" }
  /** An ephemeral message came, or was made here: show it and send it on. */
  | { kind: "ephemeral"; bundle: Bundle; from: Address | undefined }
  /** Send bundles of ours to those we are in touch with. */
  | { kind: "push"; bundles: Bundle[] }
  /** These are not kept any longer. */
  | { kind: "drop"; held: Held[] };

/** In order. BOUNDED: the overlay settles them at the end of each input. */
export type Intents = Intent[];
