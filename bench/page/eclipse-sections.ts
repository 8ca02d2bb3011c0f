import type { AttackResult } from "../experiments/eclipse-summary.ts";
import type { RestartJson } from "../experiments/eclipse-restart.ts";
import type { SweepRow } from "../experiments/eclipse-sweep.ts";
import { atMost, type Control, type Finding } from "./finding.ts";
import { section, words } from "./section.ts";

const DEFENCES = "shares per network, contacts kept, all remembered asked";
const percent = (share: number): number => Math.round(share * 10_000) / 100;

export const eclipse = section<{ attacks: AttackResult[] }>({
  name: "eclipse",
  title: "Eclipse: a victim under attack",
  shows:
    "The share of a victim's steps that an attacker gets, and how late bundles reach the victim, under four attacks: " +
    "`contacted` is the paper's own. The limit of a share is derived from the rules (bench/analysis/eclipse-bound.ts), " +
    "but that of a whole /16, which was asked for; a restart is included. The defences count networks, so they are " +
    "no help against an attacker who has more of them than all others: `many` stands there to show how bad that is.",
  command: words("eclipse --attack all --restart --nodes 12 --attackers 64 --seeds 4 --seed 1"),
  quick: words("eclipse --attack ports --nodes 4 --attackers 8 --restart --seeds 1 --seed 1"),
  find: ({ attacks }) =>
    attacks.filter(({ defences }) => defences).flatMap((on) => findings(on, attacks)),
});

function findings(on: AttackResult, attacks: AttackResult[]): Finding[] {
  const { attack, seeds } = on;
  const off = attacks.find((one) => one.attack === attack && !one.defences);
  const control = (of: (result: AttackResult) => number): { control?: Control } =>
    off === undefined ? {} : { control: { off: DEFENCES, measured: of(off) } };
  const share = (result: AttackResult): number => percent(result.attackerShare);
  const limit = attack === "slash16" ? 25 : percent(on.expectedShare);
  return [
    {
      what: `${attack}: attackers' share of the steps, ${seeds} seeds`,
      unit: "%",
      measured: share(on),
      target: atMost(limit),
      ...control(share),
    },
    {
      what: `${attack}: the same, expected with four contacts kept`,
      unit: "%",
      measured: percent(on.expectedShareKept),
    },
    {
      what: `${attack}: delay, undisturbed is 1`,
      unit: "",
      measured: on.delayFactor,
      ...(attack === "slash16" && { target: atMost(10) }),
      ...control(({ delayFactor }) => delayFactor),
    },
    {
      what: `${attack}: victims eclipsed`,
      unit: "",
      measured: on.eclipsed,
      ...control(({ eclipsed }) => eclipsed),
    },
  ];
}

export const eclipseRestart = section<RestartJson>({
  name: "eclipse-restart",
  title: "Eclipse: a restart among 90 % attackers, 1,000 worlds",
  shows:
    "Two hosts with as many ports as they like, the victim started again with what it wrote down under attack, nobody " +
    "honest knowing it, no tracker: none of 1,000 may be eclipsed.",
  command: words("eclipse-restart --attack ports --seeds 1000 --controls 20 --seed 1"),
  quick: words("eclipse-restart --attack ports --nodes 2 --seeds 1 --controls 1 --seed 1"),
  find: restartFindings,
});

export const eclipseIntroductions = section<RestartJson>({
  name: "eclipse-introductions",
  title: "Eclipse: nine introductions in ten are hostile",
  shows:
    "The same restart under the paper's attack, from eight networks beside three honest ones: the first bundle has to " +
    "come within 36 steps though hardly anybody honest is named to the victim.",
  command: words("eclipse-restart --attack contacted --nodes 3 --seeds 200 --controls 20 --seed 1"),
  quick: words("eclipse-restart --attack contacted --nodes 2 --seeds 1 --controls 1 --seed 1"),
  find: restartFindings,
});

export const eclipseMany = section<RestartJson>({
  name: "eclipse-many",
  title: "Eclipse: a restart among ten times as many networks",
  shows:
    "What is not promised: who has nine networks for each honest one, and is heard last, is all that a start asks. " +
    "Then one step in six asks one more of those remembered, so that an honest one is found within 48 x 30 s, if it lives.",
  command: words("eclipse-restart --attack many --seeds 40 --controls 20 --seed 1"),
  quick: words("eclipse-restart --attack many --nodes 2 --seeds 1 --controls 1 --seed 1"),
  find: (figures) => restartFindings(figures),
});

function restartFindings({ attack, on, off }: RestartJson): Finding[] {
  const share = ({ eclipsed, seeds }: RestartJson["on"]): number => percent(eclipsed / seeds);
  return [
    {
      what: `victims eclipsed of ${on.seeds} worlds (control: of ${off.seeds})`,
      unit: "%",
      measured: share(on),
      ...(attack !== "many" && { target: atMost(0) }),
      control: { off: DEFENCES, measured: share(off) },
    },
    { what: "first new bundle after the start, worst world", unit: "ms", measured: on.firstMaxMs },
    { what: "addresses asked by then, worst world", unit: "", measured: on.askedMax },
    {
      what: "introductions by then that named the attacker",
      unit: "%",
      measured: percent(on.hostileIntroductions),
    },
  ];
}

interface SweepJson {
  rows: SweepRow[];
}

export const eclipseTrusted = section<SweepJson>({
  name: "eclipse-trusted",
  title: "Eclipse: the share of steps to trackers, and their resets",
  shows:
    "The paper's experiment of filling the contacted with attackers, with the faithful profile: a trusted node's reply " +
    "resets the candidates, or does not; and what more visits to trackers are worth.",
  command: words(
    "eclipse --sweep trusted --attack contacted --nodes 8 --attackers 32 --seeds 2 --profile dispersy --seed 1",
  ),
  quick: words(
    "eclipse --sweep age --attack contacted --nodes 2 --attackers 8 --seeds 1 --profile dispersy --seed 1",
  ),
  find: ({ rows }) =>
    rows
      .filter(({ defences, resets }) => !defences && resets)
      .map((row) => {
        const without = rows.find(
          (one) => !one.defences && !one.resets && one.trustedShare === row.trustedShare,
        );
        return {
          what: `defences off, ${percent(row.trustedShare)} % to trackers: contacts that are attackers`,
          unit: "%",
          measured: percent(row.attackerContacts),
          ...(without && {
            control: { off: "resets", measured: percent(without.attackerContacts) },
          }),
        };
      }),
});

export const eclipseAge = section<SweepJson>({
  name: "eclipse-age",
  title: "Eclipse: who of a bucket is asked",
  shows: "The paper asks the oldest of a bucket. Here beside the newest, and one at random.",
  command: words(
    "eclipse --sweep age --attack contacted --nodes 8 --attackers 32 --seeds 4 --profile dispersy --seed 1",
  ),
  quick: words(
    "eclipse --sweep age --attack contacted --nodes 2 --attackers 8 --seeds 1 --profile dispersy --seed 1",
  ),
  find: ({ rows }) =>
    rows.map(({ age, defences, attackerShare }) => ({
      what: `${age} first, defences ${defences ? "on" : "off"}: attackers' share of the steps`,
      unit: "%",
      measured: percent(attackerShare),
    })),
});
