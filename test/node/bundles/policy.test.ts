import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { Policy } from "../../../node/bundles/policy.ts";
import type { Bundle, Content } from "../../../wire/bundle.ts";

const OVERLAY = key(1);
const ALICE = key(2);
const BOB = key(3);
const CAROL = key(4);
const INVITATION = key(5);

describe("who may write", () => {
  it("keeps everything but the policy waiting while the policy is unknown", () => {
    const policy = new Policy(OVERLAY);
    assert.equal(policy.judge(data(ALICE, 2)), "await");
    assert.equal(policy.judge(open(1)), "admit");
    assert.equal(policy.writers, "unknown");
  });

  it("refuses a policy that the overlay key did not sign", () => {
    const policy = new Policy(OVERLAY);
    const forged = bundle(ALICE, 1, { kind: "policy", writers: "open" });
    assert.equal(policy.judge(forged), "refuse");
  });

  it("lets everybody write in an open overlay", () => {
    const policy = new Policy(OVERLAY);
    assert.equal(policy.apply(open(1)), true);
    assert.equal(policy.judge(data(BOB, 2)), "admit");
  });

  it("lets only the granted write in a members overlay", () => {
    const policy = membersOverlay();
    policy.apply(grant(OVERLAY, ALICE, { write: true, grant: false }, 2));
    assert.equal(policy.judge(data(ALICE, 3)), "admit");
    assert.equal(policy.judge(data(BOB, 3)), "await");
    assert.equal(policy.judge(grant(ALICE, BOB, { write: true, grant: false }, 4)), "await");
  });

  it("passes the right to grant on, but not beyond what the granter has", () => {
    const policy = membersOverlay();
    policy.apply(grant(OVERLAY, ALICE, { write: true, grant: true }, 2));
    policy.apply(grant(OVERLAY, INVITATION, { write: false, grant: true }, 3));
    assert.equal(policy.judge(grant(ALICE, BOB, { write: true, grant: true }, 4)), "admit");
    const accepted = grant(INVITATION, CAROL, { write: true, grant: false }, 4);
    assert.equal(policy.judge(accepted), "admit");
    const tooMuch = grant(INVITATION, CAROL, { write: true, grant: true }, 4);
    assert.equal(policy.judge(tooMuch), "await");
  });

  it("comes to the same end whatever the order of arrival", () => {
    const bundles = [
      members(1),
      grant(OVERLAY, ALICE, { write: true, grant: true }, 2),
      grant(ALICE, BOB, { write: true, grant: true }, 3),
      grant(BOB, CAROL, { write: true, grant: false }, 4),
    ];
    for (const order of permutations(bundles)) {
      const policy = new Policy(OVERLAY);
      for (const each of order) policy.apply(each);
      const verdicts = [ALICE, BOB, CAROL].map((author) => policy.judge(data(author, 9)));
      assert.deepEqual(verdicts, ["admit", "admit", "admit"]);
    }
  });

  it("says what going over all grants again and again says, whatever the order of arrival", () => {
    const grants = fc.uniqueArray(
      fc.record({
        author: fc.integer({ min: 1, max: 6 }),
        member: fc.integer({ min: 2, max: 6 }),
        write: fc.boolean(),
        grant: fc.boolean(),
        time: fc.integer({ min: 2, max: 40 }),
      }),
      { maxLength: 30, selector: ({ time }) => time },
    );
    fc.assert(
      fc.property(
        grants.chain((all) => fc.shuffledSubarray(all, { minLength: all.length })),
        (arriving) => {
          const bundles = arriving.map(({ author, member, write, grant: mayGrant, time }) =>
            grant(key(author), key(member), { write, grant: mayGrant }, time),
          );
          const policy = membersOverlay();
          const told = bundles.map((each) => policy.apply(each));
          const { allowed, changes } = overAndOver(bundles);
          assert.deepEqual(told, changes);
          for (let member = 2; member <= 6; member++) {
            for (let time = 2; time <= 41; time++) {
              const { write, grant: from } = allowed.get(member) ?? {
                write: Infinity,
                grant: Infinity,
              };
              assert.equal(policy.judge(data(key(member), time)) === "admit", write < time);
              const passed = grant(key(member), CAROL, { write: true, grant: false }, time);
              assert.equal(policy.judge(passed) === "admit", from < time);
            }
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it("lets nobody write before what allows it, so that whoever asks in order gets it first", () => {
    const policy = membersOverlay();
    policy.apply(grant(OVERLAY, ALICE, { write: true, grant: true }, 5));
    assert.equal(policy.judge(data(ALICE, 5)), "await");
    assert.equal(policy.judge(data(ALICE, 6)), "admit");
    assert.equal(policy.judge(data(OVERLAY, 1)), "await");
    const early = grant(ALICE, BOB, { write: true, grant: false }, 4);
    assert.equal(policy.judge(early), "await");
    // An earlier grant allows what an even later one did not.
    policy.apply(early);
    assert.equal(policy.judge(data(BOB, 9)), "await");
    policy.apply(grant(OVERLAY, ALICE, { write: false, grant: true }, 3));
    assert.deepEqual(
      [policy.judge(data(BOB, 9)), policy.judge(data(ALICE, 4))],
      ["admit", "await"],
    );
    const everybody = new Policy(OVERLAY);
    everybody.apply(open(7));
    assert.deepEqual(
      [everybody.judge(data(BOB, 7)), everybody.judge(data(BOB, 8))],
      ["await", "admit"],
    );
  });

  it("follows the first of two policies by time, whichever came first", () => {
    const early = new Policy(OVERLAY);
    early.apply(members(1));
    early.apply(open(2));
    const late = new Policy(OVERLAY);
    late.apply(open(2));
    late.apply(members(1));
    assert.deepEqual([early.writers, late.writers], ["members", "members"]);
  });
});

describe("what a later policy changes", () => {
  it("is all but who may write, by the highest version, whatever the order of arrival", () => {
    const policies = [
      bundle(OVERLAY, 1, { kind: "policy", writers: "members" }),
      bundle(OVERLAY, 5, { kind: "policy", writers: "open", version: 2, requires: 6 }),
      bundle(OVERLAY, 9, { kind: "policy", writers: "open", version: 1, requires: 1 }),
    ];
    for (const order of permutations(policies)) {
      const policy = new Policy(OVERLAY);
      for (const each of order) policy.apply(each);
      assert.deepEqual([policy.writers, policy.unknownRequirements], ["members", 6]);
    }
  });
});

describe("a kind of a later version", () => {
  it("is admitted from whoever may write", () => {
    const policy = membersOverlay();
    policy.apply(grant(OVERLAY, ALICE, { write: true, grant: false }, 2));
    const unknown = { kind: "opaque", number: 9 } as const;
    assert.equal(policy.judge(bundle(ALICE, 3, unknown)), "admit");
    assert.equal(policy.judge(bundle(BOB, 3, unknown)), "await");
  });
});

function key(byte: number): Uint8Array {
  return new Uint8Array(32).fill(byte);
}

function bundle(author: Uint8Array, globalTime: number, content: Content): Bundle {
  const id = new Uint8Array(32).fill(globalTime);
  const empty = new Uint8Array();
  const header = { globalTime, content };
  return { id, author, body: empty, signature: empty, signed: empty, key: "", header };
}

function data(author: Uint8Array, globalTime: number): Bundle {
  return bundle(author, globalTime, { kind: "data", payload: new Uint8Array() });
}

/** The rule as it is written down: of all grants so far, those that count confer, until nothing changes. */
function overAndOver(arriving: Bundle[]): {
  allowed: Map<number, { write: number; grant: number }>;
  changes: boolean[];
} {
  const allowed = new Map([[1, { write: 0, grant: 0 }]]);
  const of = (who: Uint8Array) => allowed.get(who[0]!) ?? { write: Infinity, grant: Infinity };
  const confers = ({ author, header: { content, globalTime } }: Bundle): boolean => {
    if (content.kind !== "grant" || content.member[0] === 1) return false;
    const by = of(author);
    if (by.grant >= globalTime || (content.grant && by.write >= globalTime)) return false;
    const before = of(content.member);
    const write = content.write ? Math.min(before.write, globalTime) : before.write;
    const grant = content.grant ? Math.min(before.grant, globalTime) : before.grant;
    allowed.set(content.member[0]!, { write, grant });
    return write < before.write || grant < before.grant;
  };
  const changes = arriving.map((_, i) => {
    let hasChanged = false;
    const soFar = arriving.slice(0, i + 1);
    while (soFar.map(confers).includes(true)) hasChanged = true;
    return hasChanged;
  });
  return { allowed, changes };
}

function open(globalTime: number): Bundle {
  return bundle(OVERLAY, globalTime, { kind: "policy", writers: "open" });
}

function members(globalTime: number): Bundle {
  return bundle(OVERLAY, globalTime, { kind: "policy", writers: "members" });
}

function grant(
  author: Uint8Array,
  member: Uint8Array,
  permissions: { write: boolean; grant: boolean },
  globalTime: number,
): Bundle {
  return bundle(author, globalTime, { kind: "grant", member, ...permissions });
}

function membersOverlay(): Policy {
  const policy = new Policy(OVERLAY);
  policy.apply(members(1));
  return policy;
}

function permutations<T>(items: T[]): T[][] {
  if (items.length <= 1) return [items];
  return items.flatMap((item, i) =>
    permutations(items.filter((_, j) => j !== i)).map((rest) => [item, ...rest]),
  );
}
