import type { Address } from "../../../wire/address.ts";
import { toHex } from "../../../wire/bytes.ts";
import { decode, type Decoded, overlayIdAt } from "../../../wire/decode.ts";
import { overlayId } from "../../../wire/identity.ts";
import type { Message } from "../../../wire/message.ts";
import type { Rejection } from "../../../wire/rejection.ts";
import type { Effect, EngineEvent } from "../../core/effects.ts";
import type { PeerStatus } from "../../core/engine-status.ts";
import type { Input } from "../../core/inputs.ts";
import type { OverlayConfig } from "../../core/overlay-config.ts";
import { DatagramReader } from "../../net/datagram-reader.ts";
import type { EngineObserver } from "../../record/engine-observer.ts";
import type { Links } from "../carriers/links.ts";
import type { Fields, Log } from "../log.ts";
import { nativeCrypto } from "../verify/native-crypto.ts";

interface Known {
  peers(overlay: string): PeerStatus[];
}

/** Enough to tell overlays apart. */
const OVERLAY_DIGITS = 8;

/** What is said of a message that leaves, and of one that comes. */
const SENT: Record<Message["kind"], string> = {
  "introduction-request": "asks",
  "introduction-response": "answers",
  "puncture-request": "asks for a puncture",
  puncture: "punctures",
  bundles: "sends bundles",
  notice: "tells of bundles",
};
const RECEIVED: Record<Message["kind"], string> = {
  "introduction-request": "is asked",
  "introduction-response": "is answered",
  "puncture-request": "is asked for a puncture",
  puncture: "is punctured",
  bundles: "receives bundles",
  notice: "is told of bundles",
};

/**
 * Tells in the log, at trace, the steps of the walk, offers and punctures: whom the node asked, why, and what came of
 * it. All of it stands in the datagrams and events that pass, so no part of the engine has to tell it.
 */
export class StepLog implements EngineObserver {
  readonly #log: Log;
  readonly #engine: Known;
  readonly #links: Pick<Links, "shown">;
  /** By overlay. BOUNDED: by what the user joins. */
  readonly #readers = new Map<string, DatagramReader>();

  constructor(log: Log, engine: Known, links: Pick<Links, "shown">) {
    this.#links = links;
    this.#log = log;
    this.#engine = engine;
  }

  input(input: Input): void {
    if (input.kind === "join") this.#learn(input.overlay);
    if (input.kind !== "datagram") return;
    const read = this.#read(input.bytes);
    if ("rejected" in read) return;
    const fields = {
      from: this.#links.shown(input.from).address,
      overlay: shortened(read.overlay),
    };
    this.#log.trace(RECEIVED[read.message.kind], { ...fields, ...said(read.message) });
  }

  effect(effect: Effect): void {
    if (effect.kind === "notify") return this.#happened(effect.event);
    if (effect.kind !== "send") return;
    const read = this.#read(effect.bytes);
    if ("rejected" in read) return;
    const { overlay, message } = read;
    const known = message.kind === "introduction-request" ? this.#bucket(overlay, effect.to) : {};
    const fields = {
      to: this.#links.shown(effect.to).address,
      overlay: shortened(overlay),
      ...known,
    };
    this.#log.trace(SENT[message.kind], { ...fields, ...said(message) });
  }

  #learn({ key, root }: OverlayConfig): void {
    const id = overlayId(nativeCrypto, key);
    this.#readers.set(toHex(id), new DatagramReader(nativeCrypto, id, root ?? key));
  }

  #read(datagram: Uint8Array): Decoded | Rejection {
    const id = overlayIdAt(datagram);
    const reader = id && this.#readers.get(toHex(id));
    return reader === undefined ? decode(datagram) : reader.decode(datagram);
  }

  #happened(event: EngineEvent): void {
    const told = happened(event, this.#links);
    if (told !== undefined) this.#log.trace(event.event, told);
  }

  /** Why somebody is asked: as what kind of acquaintance. Whom the user named, or an earlier run met, is none yet. */
  #bucket(overlay: Uint8Array, to: Address): Fields {
    const peer = this.#engine.peers(toHex(overlay)).find(({ address }) => address.key === to.key);
    return { as: peer?.bucket ?? "named or remembered" };
  }
}

function shortened(overlay: Uint8Array): string {
  return toHex(overlay).slice(0, OVERLAY_DIGITS);
}

/** What of a message tells about a step. */
function said(message: Message): Fields {
  switch (message.kind) {
    case "introduction-request":
      return {
        ...(message.token === undefined && { first: true }),
        ...(message.advice && { advice: true }),
        ...(message.offer && { offer: message.offer.kind }),
        ...(message.seek && { seeks: toHex(message.seek) }),
        ...(message.dialBack && { dialBack: true }),
      };
    case "introduction-response":
      return {
        ...(message.tracker && { tracker: true }),
        ...(message.introduction && { names: message.introduction.address.key }),
        ...(message.holdings && { holds: message.holdings.count }),
        ...(message.answer && { datagrams: message.answer.datagrams, more: message.answer.more }),
      };
    case "puncture-request":
      return { target: message.target.key };
    case "puncture":
      return { nonce: toHex(message.nonce) };
    case "bundles":
      return { bundles: message.bundles.length, answer: message.identifier !== undefined };
    case "notice": {
      const { have, got, want } = message;
      return { have: have.length, got: got.length, want: want.length };
    }
  }
}

function happened(event: EngineEvent, links: Pick<Links, "shown">): Fields | undefined {
  switch (event.event) {
    case "contacted":
      return { address: links.shown(event.address).address };
    case "path": {
      const { address, open, role, strategy, probes, ms, reason } = event;
      return { address: address.key, open, role, strategy, probes, ms: Math.round(ms), reason };
    }
    case "address":
      return { address: event.address?.key };
    default:
      return undefined;
  }
}
