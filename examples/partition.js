import { World } from "dispersy/testing";

const world = new World({ seed: 1, link: { latencyMs: 40, loss: 0.05 } });
const overlay = world.overlay();
const tracker = world.addTracker();
const anna = world.addNode({ overlay, founder: true, nat: "apdf", seeds: [tracker] });
const ben = world.addNode({ overlay, nat: "eif", seeds: [tracker] });
const texts = (node) =>
  world
    .bundles(node, { dataOnly: true })
    .map(({ header }) => new TextDecoder().decode(header.content.payload));

world.runFor(10_000); // they meet through the tracker
world.partition([anna], [ben, tracker]);
world.publish(anna, [new TextEncoder().encode("written alone")]);
world.runFor(30_000);
console.log("apart:", texts(ben).join());

world.heal();
world.runUntil(() => texts(ben).length > 0, world.now + 120_000);
console.log("together:", texts(ben).join());
