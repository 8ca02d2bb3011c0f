import { KnownPeers } from "../../candidates/known-peers.ts";
import { CandidateTable } from "../../candidates/table.ts";
import { PayloadKeys } from "../../wire/payload-keys.ts";
import { Admission } from "../bundles/admission.ts";
import { Brought } from "../bundles/brought.ts";
import { CausalOrder } from "../bundles/causal-order.ts";
import { ClockBound } from "../bundles/clock-bound.ts";
import { readEarlierRun } from "../bundles/earlier-run.ts";
import { Heads } from "../bundles/heads.ts";
import { OwnBundles } from "../bundles/own-bundles.ts";
import { Ephemeral } from "../bundles/ephemeral.ts";
import { Policy } from "../bundles/policy.ts";
import { OwnAsked } from "../bundles/receipts/own-asked.ts";
import { RECEIPT_SUMS, Receipts } from "../bundles/receipts/receipts.ts";
import { Retention } from "../bundles/retention.ts";
import type { Storage } from "../bundles/storage.ts";
import { Writer } from "../bundles/writer.ts";
import { Carry } from "../core/carry.ts";
import type { Context } from "../core/context.ts";
import type { Intents } from "../core/intents.ts";
import { keyring } from "../core/keyring.ts";
import type { OverlayConfig } from "../core/overlay-config.ts";
import { Instance } from "../net/instance.ts";
import type { Lan } from "../net/lan.ts";
import type { NetState } from "../net/net-state.ts";
import { PathProbes } from "../net/path-probes.ts";
import { epochKey } from "../sets/epoch.ts";
import type { BundleStore } from "../store/store.ts";
import type { Surveying } from "../survey/surveying.ts";
import { Ancestors } from "../sync/ancestors.ts";
import { Answering } from "../sync/answering.ts";
import { Epochs } from "../sync/epochs.ts";
import { Fresh } from "../sync/fresh/fresh.ts";
import { FingerprintCompare } from "../sync/fingerprint-compare.ts";
import { Supply } from "../sync/supply.ts";
import { Sync } from "../sync/sync.ts";
import { Puncturing } from "../traversal/puncturing.ts";
import { Seeks } from "../traversal/seeks.ts";
import { Traversals } from "../traversal/traversals.ts";
import { LanPeers } from "../walk/lan-peers.ts";
import { Responder } from "../walk/responder.ts";
import { Walker } from "../walk/walker.ts";
import { WebSockets } from "../walk/web-sockets.ts";

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
  lan: Lan;
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
    groupTurns: profile.groupCaps,
    ownNetwork: netState.isOwnNetwork,
    eligibleDelayMs: () => netState.visitDelayMs,
  });

  const policy = new Policy(config.key);
  const clock = new ClockBound(store, table, config.overlaySecret !== undefined);
  const retention = new Retention({ ctx, store, intents, profile });
  const heads = profile.causal ? new Heads({ store }) : undefined;
  const causal = new CausalOrder({ ctx, overlay, store, heads, isOn: profile.causal });
  const held = { ctx, overlay, overlayKey: config.key, keys, store, storage, policy, clock };
  const sums = epochKey(ctx.crypto, RECEIPT_SUMS, config.key, 0);
  const asked = new OwnAsked(sums);
  const writer = new Writer({
    ...held,
    payloads,
    retention,
    heads,
    asked: profile.receipts ? asked : undefined,
  });
  const ephemeral = new Ephemeral({ ctx, policy, writer, intents, isOn: profile.ephemeral });
  const own = new OwnBundles({ ...held, payloads, retention, writer, ephemeral, intents });
  const admission = new Admission({ ...held, retention, causal, writer, ephemeral });
  const brought = new Brought({ ctx, overlay, admission });
  const receipts = new Receipts({
    ...held,
    payloads,
    writer,
    ephemeral,
    intents,
    asked,
    sums,
    isOn: profile.receipts,
    answers: payloads.isPrivate || config.publicReceipts === true,
  });
  const earlierRun = readEarlierRun({ ...held, retention, receipts, heads });

  /** Also below the disk's floor until the policy is known, without which our user cannot write. */
  const mayAsk = (): boolean =>
    storage.asks || (policy.writers === "unknown" && storage.takesControl);
  const epochs = new Epochs(ctx, carry.sets);
  const hints = new FingerprintCompare({ epochs, store, profile });
  const { paths } = netState;
  const sets = { ctx, scope, paths, store, clock, mayAsk, profile, hints, epochs };
  const probes = new PathProbes({ ctx, scope, netState, intents, isOn: profile.pathSizes });
  const ancestors = new Ancestors({ ctx, table, validation, causal, hints, intents });
  const sync = new Sync({
    ...sets,
    table,
    probes,
    admission,
    supply: new Supply({ ctx, scope, table, validation, store, profile, epochs }),
    ancestors,
    intents,
  });
  const fresh = new Fresh({ ...sets, table, validation });

  const net = { ctx, scope, table, netState, seeds, intents };
  const seeks = new Seeks(net);
  const traversals = new Traversals({ ...net, seeks });
  const puncturing = new Puncturing({ ...net, traversals });
  const answering = new Answering({ ...sets, work: netState.work });
  const webSockets = new WebSockets({ ctx, netState, isOn: profile.webSockets });
  const responder = new Responder({ ...net, webSockets, answering });
  const { remembered } = config;
  const lanPeers = new LanPeers(net);
  const ways = { ...net, probes, webSockets, lanPeers };
  const walker = new Walker({ ...ways, profile, puncturing, surveying, sync, remembered });
  walker.addSeeds(config.seeds);

  return {
    store,
    storage,
    netState,
    profile,
    intents,
    scope,
    carry,
    lanPeers,
    keys,
    payloads,
    table,
    policy,
    clock,
    retention,
    heads,
    causal,
    ancestors,
    writer,
    own,
    admission,
    brought,
    receipts,
    earlierRun,
    mayAsk,
    epochs,
    hints,
    probes,
    sync,
    fresh,
    seeks,
    traversals,
    puncturing,
    responder,
    webSockets,
    walker,
  };
}
