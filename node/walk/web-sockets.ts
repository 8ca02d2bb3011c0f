import { WebSocketPlaces } from "../../candidates/web-socket-places.ts";
import { type Address, parseIp } from "../../wire/address.ts";
import { isLink, scopeOf } from "../../wire/address-scope.ts";
import { equalBytes } from "../../wire/bytes.ts";
import { MAX_WEB_SOCKETS } from "../../wire/limits.ts";
import type { IntroductionRequest, IntroductionResponse } from "../../wire/message.ts";
import { type WebSocketPlace, webSocketUrl } from "../../wire/websocket-place.ts";
import type { Context } from "../core/context.ts";
import type { NetState } from "../net/net-state.ts";

/**
 * Where nodes of an overlay take WebSockets: what each says of itself is passed on, so that whoever reaches only a
 * tracker, which forwards nothing, finds a node that does. What was only heard goes no further: so a lie reaches those
 * whom the liar itself talks to, and nobody else.
 */
export class WebSockets {
  readonly #ctx: Context;
  readonly #netState: NetState;
  readonly #isOn: boolean;
  /** By those who take them. */
  readonly #told = new WebSocketPlaces();
  /** By those who heard of it. */
  readonly #heard = new WebSocketPlaces();

  constructor(parts: { ctx: Context; netState: NetState; isOn: boolean }) {
    this.#ctx = parts.ctx;
    this.#netState = parts.netState;
    this.#isOn = parts.isOn;
  }

  /** Our own, to be told to whoever is asked. */
  get own(): WebSocketPlace | undefined {
    return this.#isOn ? this.#netState.webSocket : undefined;
  }

  requested({ webSocket }: IntroductionRequest, from: Address): void {
    if (!this.#isOn || webSocket === undefined || this.#isOwn(webSocket)) return;
    const ip = parseIp(webSocket.host);
    // Whoever writes an address may write anybody's: its own is seen. That of a link is not.
    if (ip !== undefined && !equalBytes(ip, from.ip)) {
      return this.#ctx.count("rejected: WebSocket of another address");
    }
    if (ip !== undefined && scopeOf(ip) !== "global") {
      return this.#ctx.count("rejected: WebSocket in a special range");
    }
    this.#told.told(webSocket, from, this.#ctx.now);
  }

  responded({ webSockets = [] }: IntroductionResponse, from: Address): void {
    if (!this.#isOn) return;
    for (const place of webSockets) {
      if (this.#isOwn(place)) continue;
      if (!this.#mayGoTo(parseIp(place.host))) {
        this.#ctx.count("rejected: WebSocket in a special range");
      } else this.#heard.told(place, from, this.#ctx.now);
    }
  }

  /** What a response says to somebody who receives where it sends from: our own, and others in turn. */
  toTell(request: IntroductionRequest): WebSocketPlace[] {
    if (!this.#isOn) return [];
    const places = this.own === undefined ? [] : [this.own];
    for (let left = MAX_WEB_SOCKETS - places.length; left > 0; left--) {
      const next = this.#told.next(this.#ctx.now, request.webSocket);
      if (next !== undefined && !places.includes(next)) places.push(next);
    }
    return places;
  }

  /** Where to go when no UDP leads anywhere: first what its own node said. */
  get places(): WebSocketPlace[] {
    const { now } = this.#ctx;
    const all = [...this.#told.all(now), ...this.#heard.all(now)];
    return all.filter(({ host }) => this.#mayGoTo(parseIp(host)));
  }

  #isOwn(place: WebSocketPlace): boolean {
    return this.own !== undefined && webSocketUrl(this.own) === webSocketUrl(place);
  }

  /**
   * Others must not send us to machines of our own networks, or of any that is not public. Names are looked at later.
   */
  #mayGoTo(ip: Uint8Array | undefined): boolean {
    return ip === undefined || (scopeOf(ip) === "global" && !this.#netState.isOwnNetwork(ip));
  }
}

/** Whether a response to such an asker has room for places: a link has, and UDP where no answer needs the room. */
export function hasRoomForPlaces(to: Address, response: IntroductionResponse): boolean {
  return isLink(to) || response.answer === undefined;
}
