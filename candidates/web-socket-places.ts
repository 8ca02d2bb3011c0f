import type { Address } from "../wire/address.ts";
import { addressGroup, isLink, standsAlone } from "../wire/address-scope.ts";
import { type WebSocketPlace, webSocketUrl } from "../wire/websocket-place.ts";
import { FairShare, type SharePlace } from "./fair-share.ts";

/** So many that some work, so few that who floods an overlay with them costs a few kB. */
export const MAX_WEB_SOCKET_PLACES = 16;
/**
 * A tracker takes 1 step of 100, which is one in 8 minutes: whoever still is there has said so again by then, mostly
 * more than once. A place that is gone costs a vain attempt.
 */
export const WEB_SOCKET_LIFETIME_MS = 30 * 60_000;

interface Entry {
  readonly place: WebSocketPlace;
  readonly share: SharePlace<Entry>;
  toldMs: number;
}

/**
 * Where nodes of one overlay take WebSockets, as others said. BOUNDED: by MAX_WEB_SOCKET_PLACES; of whichever network
 * told most the oldest makes room, so who has one network crowds out only itself.
 */
export class WebSocketPlaces {
  /** By URL. */
  readonly #entries = new Map<string, Entry>();
  readonly #share = new FairShare<Entry>();

  /** Somebody said so. */
  told(place: WebSocketPlace, by: Address, now: number): void {
    this.#expire(now);
    const url = webSocketUrl(place);
    const known = this.#entries.get(url);
    if (known !== undefined) {
      known.toldMs = now;
      this.#share.renew(known.share);
      return;
    }
    if (this.#entries.size >= MAX_WEB_SOCKET_PLACES) this.#drop(this.#share.mostSpared()!);
    const entry = { place, toldMs: now } as Entry & { share: SharePlace<Entry> };
    entry.share = this.#share.add(entry, networkOf(by));
    this.#entries.set(url, entry);
  }

  /** One to pass on: networks take turns. Not this one, which the asker told itself. */
  next(now: number, except?: WebSocketPlace): WebSocketPlace | undefined {
    this.#expire(now);
    const own = except === undefined ? undefined : webSocketUrl(except);
    for (let turns = this.#share.size; turns > 0; turns--) {
      const { place, share } = this.#share.next()!;
      this.#share.renew(share);
      if (webSocketUrl(place) !== own) return place;
    }
    return undefined;
  }

  /** What was told last comes first. */
  all(now: number): WebSocketPlace[] {
    const entries = [...this.#entries.values()].filter((entry) => !isOver(entry, now));
    return entries.sort((a, b) => b.toldMs - a.toldMs).map(({ place }) => place);
  }

  #expire(now: number): void {
    for (const entry of this.#entries.values()) if (isOver(entry, now)) this.#drop(entry);
  }

  #drop(entry: Entry): void {
    this.#share.remove(entry.share);
    this.#entries.delete(webSocketUrl(entry.place));
  }
}

function isOver({ toldMs }: Entry, now: number): boolean {
  return now - toldMs >= WEB_SOCKET_LIFETIME_MS;
}

/** Whose share it is. All links have one: whoever dials has as many of them as it likes. */
function networkOf(by: Address): string {
  if (isLink(by)) return "links";
  return standsAlone(by.ip) ? by.key : addressGroup(by.ip, "wide");
}
