import { describe, test } from "node:test";
import { CARRIERS } from "./carriers.ts";
import { PROPERTIES } from "./properties.ts";

/** Tests of a carrier that run at a time: mostly they wait for the next step of a node. */
const AT_A_TIME = 3;

for (const carrier of CARRIERS) {
  describe(`by ${carrier.name}`, { concurrency: AT_A_TIME }, () => {
    for (const [name, holds] of Object.entries(PROPERTIES)) test(name, (t) => holds(t, carrier));
  });
}
