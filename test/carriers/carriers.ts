import type { Carrier } from "./carrier.ts";
import { FILE } from "./file.ts";
import { PIPE } from "./pipe.ts";
import { UDP } from "./udp.ts";
import { WEBSOCKET } from "./websocket.ts";

/**
 * All that the suite runs on. The pipe is the one in memory, and a WebSocket goes by TCP. The simulator's link
 * (node/testing/sim-link.ts) is not among them: what it connects are engines in virtual time, which have no homes,
 * readers or tickets; test/sim/links.test.ts has them.
 */
export const CARRIERS: readonly Carrier[] = [UDP, WEBSOCKET, PIPE, FILE];
