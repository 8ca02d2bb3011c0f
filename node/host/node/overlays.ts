import type { Bundle, Draft } from "../../../wire/bundle.ts";
import { Address } from "../../../wire/address.ts";
import { isLink } from "../../../wire/address-scope.ts";
import { equalBytes, toHex } from "../../../wire/bytes.ts";
import { newSecretKey, overlayId } from "../../../wire/identity.ts";
import type { HostPort } from "../../../wire/place.ts";
import { MAX_TICKET_PLACES, type Ticket } from "../../../wire/ticket.ts";
import { type WebSocketPlace, webSocketUrl } from "../../../wire/websocket-place.ts";
import type { Profile } from "../../core/profile.ts";
import { EXIT, UserError, messageOf } from "../errors.ts";
import type { Home, HomeOverlay } from "../home/home.ts";
import { chooseOverlay } from "../overlay-choice.ts";
import { lostRecordsText } from "../status/problems.ts";
import { type Joined, remember, openOverlay } from "../runtime/joined.ts";
import type { LmdbStore } from "../store/lmdb-store.ts";
import type { Log } from "../log.ts";
import { nativeCrypto } from "../verify/native-crypto.ts";
import type { Whereabouts } from "../runtime/own-ticket.ts";
import { hostRandom } from "../random.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { unique } from "../net/seeds.ts";

/** Places kept per overlay: the newest tickets' first. */
const MAX_SEEDS = 64;

interface Parts {
  home: Home;
  store: LmdbStore;
  runtime: Runtime;
  log: Log;
  trackers: HostPort[];
  webSocketTrackers: WebSocketPlace[];
  profile: Profile;
  publicReceipts: boolean;
  offline: boolean;
  webSocketOnly: boolean;
  /** Where the user says that others reach our WebSockets. */
  webSocketUrl: WebSocketPlace | undefined;
  publish: (overlay: string, drafts: Draft[]) => Promise<Bundle[]>;
}

/** The overlays that a node takes part in: between their folders in the home and the engine. */
export class Overlays {
  readonly #parts: Parts;
  /** BOUNDED: by the overlays of the home. */
  readonly #joined = new Map<string, Joined>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get all(): Joined[] {
    return [...this.#joined.values()];
  }

  /** Those that were left. */
  get left(): HomeOverlay[] {
    return this.#parts.home.overlays().filter((overlay) => overlay.left);
  }

  get(overlay: string): Joined | undefined {
    return this.#joined.get(overlay);
  }

  /** By any beginning of an id that fits one overlay only. Throws a UserError. */
  find(overlay?: string): Joined {
    return chooseOverlay(this.all, overlay);
  }

  /** Takes part in everything that the home holds and that was not left. */
  async open(overlays: HomeOverlay[]): Promise<void> {
    const { store, runtime, log } = this.#parts;
    const joined = overlays.filter(({ left }) => !left);
    for (const { overlay } of joined) store.overlay(overlay);
    runtime.lostRecords = store.lostRecords();
    if (runtime.lostRecords > 0) log.error(lostRecordsText(runtime.lostRecords));
    for (const overlay of joined) await this.#openOverlay(overlay);
  }

  /** A new overlay with new keys, private or not. Resolves with its id once its policy is on disk. */
  async create(writers: "open" | "members", isPrivate: boolean): Promise<string> {
    const overlaySecret = newSecretKey(hostRandom);
    const key = nativeCrypto.publicKey(overlaySecret);
    const memberSecret = newSecretKey(hostRandom);
    const overlay = toHex(overlayId(nativeCrypto, key));
    return this.#add({
      overlay,
      key,
      overlaySecret,
      memberSecret,
      ...(isPrivate && { root: newSecretKey(hostRandom) }),
      writers,
      seeds: [],
      left: false,
    });
  }

  /** Throws a UserError for a ticket whose secret is not the one that is known of the overlay. */
  async join(ticket: Ticket): Promise<string> {
    const { overlay: key, at, peers = [], ws = [], invitation, secret: root } = ticket;
    const overlay = toHex(overlayId(nativeCrypto, key));
    const known = this.#parts.home.overlays().find((candidate) => candidate.overlay === overlay);
    if (root !== undefined && known?.root !== undefined && !equalBytes(root, known.root)) {
      throw wrongSecret(overlay);
    }
    await this.#heardOf(overlay, peers);
    const secrets = { ...(invitation && { invitation }), ...(root && { root }) };
    if (known === undefined) {
      const memberSecret = newSecretKey(hostRandom);
      const places = { seeds: unique(at), ws };
      return this.#add({ overlay, key, memberSecret, ...secrets, ...places, left: false });
    }
    const seeds = unique([...at, ...known.seeds]).slice(0, MAX_SEEDS);
    const webSockets = uniqueUrls([...ws, ...(known.ws ?? [])]).slice(0, MAX_TICKET_PLACES);
    const merged = { ...secrets, ...known, seeds, ws: webSockets, left: false };
    this.#parts.home.update(merged);
    const joined = this.#joined.get(overlay);
    // Whoever is in touch begins nothing anew, or a ticket typed twice would cost all contacts and what they bring.
    if (
      joined !== undefined &&
      this.#isInTouch(overlay) &&
      merged.invitation === known.invitation
    ) {
      joined.beginAlsoFrom(merged);
      return overlay;
    }
    await this.#forget(overlay);
    await this.#openOverlay(merged);
    return overlay;
  }

  async leave(overlay: string): Promise<void> {
    const { home } = this.find(overlay);
    this.#parts.home.update({ ...home, left: true });
    await this.#forget(home.overlay);
  }

  /** What is known of the ways to this node in an overlay. */
  whereabouts({ overlay, seeds, fallback }: Joined): Whereabouts {
    const { runtime } = this.#parts;
    const { sockets, networks } = runtime;
    const engine = runtime.asOfNow();
    const named = this.#parts.webSocketUrl;
    return {
      webSockets: [...(named ? [named] : []), ...(fallback?.connected ?? [])],
      bound: sockets?.bound ?? [],
      networks,
      nat: engine.nat(),
      seeds: seeds.places,
      seedAddresses: seeds.addresses,
      contacts: engine.contacts(overlay).filter((address) => !isLink(address)),
    };
  }

  /** Writes down whom to ask first after a restart. Failing only makes that slower. */
  async remember(): Promise<void> {
    const { runtime, log } = this.#parts;
    if (runtime.sockets === undefined) return;
    try {
      for (const joined of this.all) await remember(joined, runtime);
    } catch (error) {
      log.warn("peers could not be remembered", { reason: messageOf(error) });
    }
  }

  close(): void {
    for (const joined of this.all) endFollowing(joined);
  }

  #isInTouch(overlay: string): boolean {
    return this.#parts.runtime.asOfNow().contacts(overlay).length > 0;
  }

  /** A ticket's peers are as good as those of an earlier run: asked at the start, and trusted like anybody. */
  async #heardOf(overlay: string, peers: HostPort[]): Promise<void> {
    const addresses = peers.flatMap(({ host, port }) => Address.of(host, port)?.key ?? []);
    if (addresses.length === 0) return;
    const store = this.#parts.store.overlay(overlay);
    try {
      await store.rememberPeers([...new Set([...addresses, ...store.peers()])]);
    } catch (error) {
      this.#parts.log.warn("the ticket's peers could not be remembered", {
        reason: messageOf(error),
      });
    }
  }

  async #add(overlay: HomeOverlay): Promise<string> {
    this.#parts.home.create(overlay);
    await this.#openOverlay(overlay);
    return overlay.overlay;
  }

  async #openOverlay(overlay: HomeOverlay): Promise<void> {
    const { publish } = this.#parts;
    const joined = openOverlay(overlay, {
      ...this.#parts,
      register: (fresh) => this.#joined.set(overlay.overlay, fresh),
    });
    await joined.found((drafts) => publish(overlay.overlay, drafts));
  }

  async #forget(overlay: string): Promise<void> {
    const joined = this.#joined.get(overlay);
    if (joined === undefined) return;
    const { driver } = this.#parts.runtime;
    endFollowing(joined);
    // The end of a commit of this membership must not be taken for one of the next.
    await driver.idle();
    driver.input({ kind: "leave", overlay });
    this.#joined.delete(overlay);
  }
}

function endFollowing({ seeds, fallback }: Joined): void {
  seeds.close();
  fallback?.close();
}

export function uniqueUrls(places: readonly WebSocketPlace[]): WebSocketPlace[] {
  return [...new Map(places.map((place) => [webSocketUrl(place), place])).values()];
}

function wrongSecret(overlay: string): UserError {
  return new UserError(
    `the ticket's secret is not the one that this home has for overlay ${overlay}`,
    "Ask for the ticket once more; if this one is right, leave, move the overlay's folder away, and join again.",
    EXIT.refused,
  );
}
