/** One introduction-request per overlay and step: Dispersy's interval. */
export const STEP_MS = 5_000;

/**
 * Most NATs drop a mapping about 60 s after its last datagram. 2.5 s less, so that a step of 5 s and a round trip still
 * fit in before it.
 */
export const CONTACTED_LIFETIME_MS = 57_500;
/** As for the contacted: the request that reached us refreshed the same kind of mapping on the other side. */
export const REQUESTED_LIFETIME_MS = 57_500;
/** Many NATs drop the hole of a puncture after 30 s without an answer; 2.5 s less, as above. */
export const INTRODUCED_LIFETIME_MS = 27_500;

/** Least time between two requests of ours to one candidate: twice within the lifetime of a contacted one. */
export const ELIGIBLE_DELAY_MS = 27_500;
/** Trackers serve everybody and are asked half as often. */
export const TRACKER_ELIGIBLE_DELAY_MS = 57_500;

/** Two steps and half a second for the round trip: whoever has not answered by then is taken as gone. */
export const REQUEST_TIMEOUT_MS = 10_500;
/**
 * Pauses before a lost datagram of an exchange is sent again. They double, and end within the 2 s in which a new node
 * wants its first bundle.
 */
export const RETRANSMIT_DELAYS_MS: readonly number[] = [250, 500, 1_000];
