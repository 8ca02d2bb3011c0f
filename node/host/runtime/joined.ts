import { Address } from "../../../wire/address.ts";
import type { Bundle, Draft } from "../../../wire/bundle.ts";
import { PayloadKeys } from "../../../wire/payload-keys.ts";
import { nativeCrypto } from "../verify/native-crypto.ts";
import type { HostPort } from "../../../wire/place.ts";
import type { Profile } from "../../core/profile.ts";
import type { HomeOverlay } from "../home/home.ts";
import type { LmdbStore } from "../store/lmdb-store.ts";
import type { Log } from "../log.ts";
import { TopicBook } from "../store/topic-book.ts";
import { MAX_REMEMBERED, type OverlayStore } from "../store/overlay-store.ts";
import type { Runtime } from "./runtime.ts";
import { Seeds, literals } from "../net/seeds.ts";
import { isInside } from "../../../nat/network.ts";
import { isLink, scopeOf } from "../../../wire/address-scope.ts";
import type { WebSocketPlace } from "../../../wire/websocket-place.ts";
import { WebSocketFallback } from "../carriers/websocket-fallback.ts";

/** An overlay that the node takes part in now. */
export interface Joined {
  overlay: string;
  key: Uint8Array;
  home: HomeOverlay;
  store: OverlayStore;
  payloads: PayloadKeys;
  /** The public key that this node writes with. */
  member: Uint8Array;
  topics: TopicBook;
  seeds: Seeds;
  /** What stands in for UDP; absent offline. */
  fallback?: WebSocketFallback;
  /** Begins from these places too, of the same overlay, and keeps whom it knows. */
  beginAlsoFrom(home: HomeOverlay): void;
  /** A founder's: publishes the policy and the own grant unless they are there, also after a crash in between. */
  found(publish: (drafts: Draft[]) => Promise<Bundle[]>): Promise<void>;
}

export interface Around {
  store: LmdbStore;
  runtime: Runtime;
  log: Log;
  trackers: HostPort[];
  /** Trackers that the user named by where they take WebSockets. */
  webSocketTrackers: WebSocketPlace[];
  profile: Profile;
  publicReceipts: boolean;
  offline: boolean;
  /** Whether nothing is to go by UDP. */
  webSocketOnly: boolean;
  /** Called before the engine hears of it, so that its first commit finds the store. */
  register: (joined: Joined) => void;
}

/** Opens an overlay's store and has the engine join. */
export function openOverlay(home: HomeOverlay, around: Around): Joined {
  const { overlay, key, memberSecret, overlaySecret, invitation, root } = home;
  const { runtime } = around;
  const { driver } = runtime;
  const store = around.store.overlay(overlay);
  const state = () =>
    runtime
      .asOfNow()
      .overlays()
      .find((status) => status.overlay === overlay);
  const placesOf = ({ seeds }: HomeOverlay) => [...seeds, ...around.trackers];
  const follow = (places: HostPort[]) =>
    new Seeds({
      places: around.offline ? [] : places,
      log: around.log,
      liveness: (address) => runtime.asOfNow().liveness(address, overlay),
      changed: (addresses, gone) => driver.input({ kind: "seeds", overlay, addresses, gone }),
      era: () => runtime.era,
    });
  const payloads = new PayloadKeys(nativeCrypto, key, root);
  const isOwnNetwork = (ip: Uint8Array) => runtime.networks.some((net) => isInside(net, ip));
  const followByWebSocket = ({ ws = [] }: HomeOverlay): void => {
    joined.fallback?.close();
    delete joined.fallback;
    if (around.offline && !around.webSocketOnly) return;
    joined.fallback = new WebSocketFallback({
      overlay,
      places: [...ws, ...around.webSocketTrackers],
      heard: () => runtime.asOfNow().webSockets(overlay),
      links: runtime.links,
      log: around.log,
      isOnly: around.webSocketOnly,
      peers: () => runtime.asOfNow().peers(overlay),
      isNeighbour: ({ address }) => isOwnNetwork(address.ip),
      isPublic: (ip) => scopeOf(ip) === "global" && !isOwnNetwork(ip),
    });
  };
  const member = nativeCrypto.publicKey(memberSecret);
  const joined: Joined = {
    overlay,
    key,
    home,
    store,
    payloads,
    member,
    topics: new TopicBook(nativeCrypto, { overlay, key, store, payloads }, () =>
      runtime.asOfNow().topics(overlay),
    ),
    seeds: follow(placesOf(home)),
    beginAlsoFrom: (more) => {
      joined.home = more;
      joined.seeds.close();
      joined.seeds = follow(placesOf(more));
      followByWebSocket(more);
      driver.input({ kind: "seeds", overlay, addresses: literals(more.seeds) });
    },
    found: async (publish) => {
      if (overlaySecret === undefined || home.writers === undefined) return;
      if (state()?.policy === "unknown") {
        const sealed = root === undefined ? {} : { private: true as const };
        await publish([{ content: { kind: "policy", writers: home.writers, ...sealed } }]);
      }
      if (home.writers === "open" || state()?.mayWrite === true) return;
      await publish([{ content: { kind: "grant", member, write: true, grant: true } }]);
    },
  };
  around.register(joined);
  driver.input({
    kind: "join",
    overlay: {
      key,
      memberSecret,
      ...(overlaySecret && { overlaySecret }),
      ...(invitation && { invitation }),
      ...(root && { root }),
      seeds: literals(placesOf(home)),
      remembered: store.peers().flatMap((peer) => Address.parse(peer) ?? []),
      profile: around.profile,
      publicReceipts: around.publicReceipts,
    },
    store,
  });
  followByWebSocket(home);
  return joined;
}

/** Writes the contacted peers down, those of earlier runs after them. */
export async function remember({ overlay, store }: Joined, runtime: Runtime): Promise<void> {
  const before = store.peers();
  const contacts = runtime
    .asOfNow()
    .contacts(overlay)
    .filter((address) => !isLink(address))
    .map(({ key }) => key);
  const peers = [...new Set([...contacts, ...before])].slice(0, MAX_REMEMBERED);
  if (peers.join() !== before.join()) await store.rememberPeers(peers);
}
