import type { Address } from "../../../wire/address.ts";
import type { PathKind } from "../../../nat/outcomes.ts";
import type { EngineEvent } from "../../core/effects.ts";
import type { WebSocketStatus } from "../carriers/websocket-fallback.ts";
import type { LanText } from "./lan.ts";
import type { PlaceRow } from "./places.ts";

/**
 * What becomes of a node's part in an overlay, as far as a person or a script that waits for it wants to know. Plain
 * JSON, printed by `run --json` and `join --json`.
 */
export type ProgressEvent =
  /** Somebody answered for the first time, or again after it was lost. */
  | {
      event: "contacted";
      overlay: string;
      /** `address:port` as we reach it, or where the WebSocket or the pipe leads. */
      address: string;
      /** How a path was opened; `direct` where none had to be; `announced` where it was found in the LAN. */
      strategy: PathKind | "direct" | "announced";
      /** From when it was named to us; if it is `direct`, from our question to its answer. */
      ms: number;
      /** Whether nobody was left, which had been told. */
      again: boolean;
    }
  /** Bundles are coming: data bundles held, and about how many there will be. */
  | { event: "catching-up"; overlay: string; bundles: number; of: number }
  /** A contact holds just what we hold. `added`: data bundles since catching up began, which is `ms` ago. */
  | { event: "up-to-date"; overlay: string; bundles: number; added: number; ms: number }
  /** Bundles are missing, and for a while none has come. `problems`: sentences about what is wrong with the node. */
  | {
      event: "stalled";
      overlay: string;
      bundles: number;
      of: number;
      seconds: number;
      problems: string[];
    }
  /** The overlay requires a newer version of this program: the node takes no part. */
  | { event: "outdated"; overlay: string }
  /** A WebSocket carries the datagrams: UDP does not answer, or with `only` is not to be used. */
  | { event: "websocket"; overlay: string; url: string; only: boolean }
  /** No WebSocket is to be had either. `problem`: a sentence that says why, and what to do. */
  | { event: "no-websocket"; overlay: string; problem: string }
  /** UDP works, so the WebSocket is closed. */
  | { event: "udp"; overlay: string }
  /** Nobody answers any more. */
  | { event: "alone"; overlay: string }
  | SilenceEvent;

/** Nobody of the overlay has answered since it was joined or the node was started. */
export interface SilenceEvent {
  event: "silence";
  overlay: string;
  /** Since then. */
  seconds: number;
  /** Data bundles that an earlier run left. */
  bundles: number;
  places: PlaceRow[];
  /** Nodes that were named to us: paths to them are being opened. */
  introduced: number;
  /** Why no path was opened to some of those named to us. BOUNDED: the newest MAX_FAILURES. */
  failures: { address: string; reason: string }[];
  /** Whether anything was received at all, from anybody, in this run. */
  received: boolean;
  /** The system's codes for why datagrams could not be sent, such as EPERM. */
  sendErrors: string[];
  /** As of a status. */
  lan: LanText | null;
}

/** How an overlay is at a moment. */
export interface ProgressState {
  /** Data bundles held. */
  bundles: number;
  /** Policies and grants held. */
  controlBundles: number;
  /** Of both kinds, what a contact says it holds, at most. */
  peersHold: number;
  /** Whether a contact holds just what we hold. */
  upToDate: boolean;
  contacted: number;
  introduced: number;
  /** Not for later: as of this moment. */
  places: () => PlaceRow[];
  received: boolean;
  sendErrors: string[];
  /** As of a status. */
  lan: LanText | null;
  /** Whether the overlay requires what this version does not know. */
  isOutdated: boolean;
  /** Sentences about what is wrong with the node. */
  problems: string[];
  /** Absent where no place for WebSockets is known. */
  webSocket?: WebSocketStatus;
}

/** What opens at all opens within some seconds; whoever waits longer wonders. */
const SILENCE_MS = 10_000;
/** After a change of network the same peers answer again in a moment: that is nothing to be told. */
const ALONE_MS = 3_000;
/** Whoever is up to date and misses so many again is shown how they come; fewer are the overlay's ordinary life. */
const MANY_BUNDLES = 100;
const MAX_FAILURES = 8;
/** While bundles come at all, they come within some round trips; whoever waits longer wonders. */
const STALLED_MS = 30_000;

/** Tells of one overlay what matters to whoever waits for it. Pure: `now` is in ms of any one clock. */
export class Progress {
  readonly #overlay: string;
  readonly #startedMs: number;
  readonly #shownAs: (address: Address) => string;
  /** What was told of a WebSocket: where it leads, or why there is none. */
  #webSocket: { url?: string; problem?: string } = {};
  #phase: "seeking" | "catching-up" | "up-to-date" | "outdated" = "seeking";
  #catchingUpSinceMs = 0;
  #shown = -1;
  /** When `#shown` last changed. */
  #grewMs = 0;
  #isStallTold = false;
  /** As of the last look; undefined before the first. */
  #bundles: number | undefined;
  /** As catching up began, or at the first look after it. */
  #bundlesBefore: number | undefined;
  #isSilenceTold = false;
  /** Since when nobody is there. */
  #aloneMs: number | undefined;
  #isAloneTold = false;
  /** BOUNDED: by MAX_FAILURES. */
  #failures: SilenceEvent["failures"] = [];

  /** `shown`: an address as people read it. */
  constructor(overlay: string, now: number, shown = ({ key }: Address): string => key) {
    this.#overlay = overlay;
    this.#startedMs = now;
    this.#shownAs = shown;
  }

  /** Whether the next look may have something to tell even if the engine has not. */
  get isMoving(): boolean {
    if (this.#phase === "outdated") return false;
    if (this.#aloneMs !== undefined && !this.#isAloneTold) return true;
    return this.#phase === "seeking" ? !this.#isSilenceTold : this.#phase === "catching-up";
  }

  /** What the engine says of this overlay. */
  heard(event: EngineEvent, now: number): ProgressEvent[] {
    const overlay = this.#overlay;
    switch (event.event) {
      case "contacted": {
        const { address, strategy, ms } = event;
        const again = this.#isAloneTold;
        this.#isAloneTold = false;
        this.#aloneMs = undefined;
        if (this.#phase === "seeking") this.#beginCatchingUp(now);
        const row = { address: this.#shownAs(address), strategy, ms: Math.round(ms), again };
        return [{ event: "contacted", overlay, ...row }];
      }
      case "alone":
        this.#aloneMs = now;
        return [];
      case "path":
        if (!event.open && event.reason !== undefined) {
          const failure = { address: this.#shownAs(event.address), reason: event.reason };
          this.#failures = [...this.#failures, failure].slice(-MAX_FAILURES);
        }
        return [];
      default:
        return [];
    }
  }

  look(state: ProgressState, now: number): ProgressEvent[] {
    // Whoever begins to watch later finds contacts that are there already.
    if (this.#phase === "seeking" && state.contacted > 0) this.#beginCatchingUp(now);
    const told = [
      ...this.#lookAtVersion(state),
      ...this.#lookAtWebSocket(state),
      ...this.#lookForSilence(state, now),
      ...this.#lookAtBundles(state, now),
    ];
    this.#bundles = state.bundles;
    return told;
  }

  #lookAtVersion({ isOutdated }: ProgressState): ProgressEvent[] {
    if (!isOutdated || this.#phase === "outdated") return [];
    this.#phase = "outdated";
    return [{ event: "outdated", overlay: this.#overlay }];
  }

  /** A problem is told once until one connects; an interruption is not: one connects again, or nobody answers. */
  #lookAtWebSocket({ webSocket }: ProgressState): ProgressEvent[] {
    if (webSocket === undefined) return [];
    const overlay = this.#overlay;
    const { state, url, only, problem } = webSocket;
    const told = this.#webSocket;
    if (url !== undefined) {
      this.#webSocket = { url };
      return url === told.url ? [] : [{ event: "websocket", overlay, url, only }];
    }
    if (state === "spare") {
      this.#webSocket = {};
      return told.url === undefined ? [] : [{ event: "udp", overlay }];
    }
    if (problem === undefined || problem === told.problem) return [];
    this.#webSocket = { problem };
    return [{ event: "no-websocket", overlay, problem }];
  }

  #beginCatchingUp(now: number): void {
    this.#phase = "catching-up";
    this.#catchingUpSinceMs = now;
    this.#bundlesBefore = this.#bundles;
    this.#shown = -1;
    this.#isStallTold = false;
  }

  #lookForSilence(state: ProgressState, now: number): ProgressEvent[] {
    if (this.#phase === "outdated") return [];
    const overlay = this.#overlay;
    if (this.#aloneMs !== undefined && !this.#isAloneTold && now - this.#aloneMs >= ALONE_MS) {
      this.#isAloneTold = true;
      this.#isSilenceTold = true;
      this.#phase = "seeking";
      return [{ event: "alone", overlay }];
    }
    if (this.#phase !== "seeking" || this.#isSilenceTold) return [];
    if (now - this.#startedMs < SILENCE_MS) return [];
    this.#isSilenceTold = true;
    const { bundles, controlBundles, introduced, received, sendErrors, lan } = state;
    const places = state.places();
    // A founder that was told of nobody waits for others to come.
    if (places.length === 0 && bundles + controlBundles > 0) return [];
    const seconds = Math.round((now - this.#startedMs) / 1000);
    const tried = { places, introduced, failures: this.#failures, received, sendErrors, lan };
    return [{ event: "silence", overlay, seconds, bundles, ...tried }];
  }

  #lookAtBundles(state: ProgressState, now: number): ProgressEvent[] {
    const overlay = this.#overlay;
    const { bundles, controlBundles, peersHold, upToDate } = state;
    const of = Math.max(bundles, peersHold - controlBundles);
    const isGrowing = bundles > (this.#bundles ?? bundles);
    if (this.#phase === "up-to-date" && isGrowing && of - bundles >= MANY_BUNDLES) {
      this.#beginCatchingUp(now);
    }
    if (this.#phase !== "catching-up") return [];
    this.#bundlesBefore ??= bundles;
    if (upToDate) {
      this.#phase = "up-to-date";
      const ms = Math.round(now - this.#catchingUpSinceMs);
      const added = bundles - this.#bundlesBefore;
      return [{ event: "up-to-date", overlay, bundles, added, ms }];
    }
    if (of <= bundles) return [];
    if (bundles !== this.#shown) {
      this.#shown = bundles;
      this.#grewMs = now;
      this.#isStallTold = false;
      return [{ event: "catching-up", overlay, bundles, of }];
    }
    if (this.#isStallTold || now - this.#grewMs < STALLED_MS) return [];
    this.#isStallTold = true;
    const seconds = Math.round((now - this.#grewMs) / 1000);
    return [{ event: "stalled", overlay, bundles, of, seconds, problems: state.problems }];
  }
}
