import { KnownPeers } from "../../candidates/known-peers.ts";
import { CandidateTable } from "../../candidates/table.ts";
import { PayloadKeys } from "../../wire/payload-keys.ts";
import { SEALING_BYTES } from "../../wire/sealed.ts";
import { filterBytes, LANE_BYTES, sketchSymbols } from "../../wire/sizes.ts";
import { Admission } from "../bundles/admission.ts";
import { ClockBound } from "../bundles/clock-bound.ts";
import { readEarlierRun } from "../bundles/earlier-run.ts";
import { OwnBundles } from "../bundles/own-bundles.ts";
import { Policy } from "../bundles/policy.ts";
import { Retention } from "../bundles/retention.ts";
import type { Storage } from "../bundles/storage.ts";
import { Writer } from "../bundles/writer.ts";
import { Carry } from "../core/carry.ts";
import type { Context } from "../core/context.ts";
import type { Intents } from "../core/intents.ts";
import { keyring } from "../core/keyring.ts";
import type { OverlayConfig } from "../core/overlay-config.ts";
import { Instance } from "../net/instance.ts";
import type { NetState } from "../net/net-state.ts";
import type { BundleStore } from "../store/store.ts";
import type { Surveying } from "../survey/surveying.ts";
import { Answering } from "../sync/answering.ts";
import { Epochs } from "../sync/epochs.ts";
import { FingerprintCompare } from "../sync/fingerprint-compare.ts";
import type { OfferRoom } from "../sync/offer-scheduler.ts";
import { Push } from "../sync/push.ts";
import { Supply } from "../sync/supply.ts";
import { Sync } from "../sync/sync.ts";
import { Puncturing } from "../traversal/puncturing.ts";
import { Seeks } from "../traversal/seeks.ts";
import { Traversals } from "../traversal/traversals.ts";
import { Responder } from "../walk/responder.ts";
import { Walker } from "../walk/walker.ts";

/** Our own walking keeps some 11 contacted; the rest are those who ask us. */
const MAX_CANDIDATES = 1_024;

/** What an overlay is made of, and what it shares with the others of its engine. */
export interface Foundation {
  ctx: Context;
  id: Uint8Array;
  config: OverlayConfig;
  store: BundleStore;
  netState: NetState;
  /** Of the disk. */
  storage: Storage;
  surveying: Surveying;
}

function roomIn(datagramBytes: number): OfferRoom {
  return { filterBytes: filterBytes(datagramBytes), symbols: sketchSymbols(datagramBytes) };
}

export type Parts = ReturnType<typeof partsOf>;

/**
 * The parts of an overlay, from the bottom up: each knows some of those before it. What it wants of those after it is
 * an intent, which the overlay settles.
 */
export function partsOf({ ctx, id, config, store, netState, storage, surveying }: Foundation) {
  const { profile } = config;
  const { validation } = netState;
  const intents: Intents = [];
  const carry = new Carry(ctx.crypto, config.root ?? config.key);
  const scope = netState.scope(id, { instance: new Instance(ctx), carry });
  const overlay = scope.hex;
  const keys = keyring(ctx.crypto, config);
  const payloads = new PayloadKeys(ctx.crypto, config.key, config.root);
  const seeds = new KnownPeers();
  const table = new CandidateTable({
    maxCandidates: MAX_CANDIDATES,
    groupCaps: profile.groupCaps,
    ownNetwork: netState.isOwnNetwork,
    eligibleDelayMs: () => netState.visitDelayMs,
  });

  const policy = new Policy(config.key);
  const clock = new ClockBound(store, table, config.overlaySecret !== undefined);
  const retention = new Retention({ ctx, store, intents });
  const held = { ctx, overlay, overlayKey: config.key, keys, store, storage, policy, clock };
  const writer = new Writer({ ...held, payloads, retention });
  const own = new OwnBundles({ ...held, payloads, retention, writer, intents });
  const admission = new Admission({ ...held, retention, writer });
  const earlierRun = readEarlierRun({ ...held, retention });

  /** Also below the disk's floor until the policy is known, without which our user cannot write. */
  const mayAsk = (): boolean =>
    storage.asks || (policy.writers === "unknown" && storage.takesControl);
  const epochs = new Epochs(ctx, carry.sets);
  const hints = new FingerprintCompare({ epochs, store, profile });
  const { paths } = netState;
  const clearBytes = ctx.datagramBytes - SEALING_BYTES;
  const sets = { ctx, scope, paths, store, clock, mayAsk, profile, hints, epochs };
  const sync = new Sync({
    ...sets,
    table,
    room: { all: roomIn(clearBytes), control: roomIn(clearBytes - LANE_BYTES) },
    admission,
    supply: new Supply({ ctx, scope, table, validation, store, profile, epochs }),
    intents,
  });
  const push = new Push({ ctx, scope, table, validation, profile });

  const net = { ctx, scope, table, netState, seeds, intents };
  const seeks = new Seeks(net);
  const traversals = new Traversals({ ...net, seeks });
  const puncturing = new Puncturing({ ...net, traversals });
  const answering = new Answering({ ...sets, work: netState.work });
  const responder = new Responder({ ...net, answering });
  const { remembered } = config;
  const walker = new Walker({ ...net, profile, puncturing, surveying, sync, remembered });
  walker.addSeeds(config.seeds);

  return {
    store,
    storage,
    netState,
    profile,
    intents,
    scope,
    keys,
    payloads,
    table,
    policy,
    clock,
    retention,
    writer,
    own,
    admission,
    earlierRun,
    mayAsk,
    epochs,
    hints,
    sync,
    push,
    seeks,
    traversals,
    puncturing,
    responder,
    walker,
  };
}
