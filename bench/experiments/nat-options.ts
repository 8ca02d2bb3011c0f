export interface NatOptions {
  sim: boolean;
  lab: boolean;
  observed: boolean;
  trials: number;
  /** Of a pair that nearly always gets through, in the model: rare failures show in many trials only. */
  fineTrials: number;
  nodes: number;
  /** Seconds, virtual ones in the model. */
  timeout: number;
  /** All of them when empty. */
  pairs: string;
  loss: number;
  hops: number;
  /** Mappings that one search of a node may fill its NAT's table with. */
  flows: number;
  /** Name of another system; none when empty. */
  peer: string;
  /** Its trials per pair. */
  peerTrials: number;
  /** Trials per pair, blocked ones included, with a member that takes WebSockets; in the lab. */
  sameTrials: number;
  /** Names of set-ups; none when empty. */
  setups: string;
  /** What the first node has for the second one. */
  bundles: number;
  /** Where trials are kept as they are done; nowhere when empty. */
  record: string;
  /** Whether the model plays the same pairs beside the lab. */
  model: boolean;
  /** What is switched off in the model, as a control; nothing when empty. */
  without: string;
  /** Labs at a time. */
  labs: number;
}
