import { type CommonOptions, experiment, type Ports, type Result } from "../experiment.ts";
import { DISPERSY, type Profile, PROFILES } from "../../node/core/profile.ts";
import { type ChatFigures, chatFigures } from "./chat-figures.ts";
import {
  CHAT_OPTIONS,
  type ChatOptionValues,
  chatSize,
  MAILSERVER_UPTIME,
  told,
} from "./chat-options.ts";
import { type ChatSize, runChat } from "./chat-world.ts";
import {
  BATCH,
  FILTERS,
  INTERACTIVE,
  MULTICAST,
  type MvdsForm,
  PROBABLE_ACKS,
} from "./mvds-forms.ts";
import {
  type DraftRow,
  type MaybeFigures,
  type MvdsFigures,
  mvdsReport,
  type SizeRow,
} from "./mvds-report.ts";
import { runMvdsChat } from "./mvds-world.ts";

interface Options extends ChatOptionValues {
  part: Part;
}
type All = Options & CommonOptions;
type Part = "all" | "draft" | "sizes";

const SIZES = [2, 10];
/** So many that false positives are sure to occur; few hours, since what is dropped never comes. */
const MAYBE = { people: 10, messages: 10, falsePositiveRate: 0.1, limit: 48 };

export const mvds = experiment<Options>({
  name: "mvds",
  summary: "MVDS, which this began with: what filters save in its chats, with these nodes beside",
  signatures: "keyed hash",
  options: [
    ...CHAT_OPTIONS,
    {
      name: "part",
      summary: "the draft's seven runs, or chats of several sizes, or both",
      default: "all",
      choices: ["all", "draft", "sizes"],
    },
  ],
  run(options, ports): Result {
    const profile = PROFILES[options.profile];
    const isAsked = (part: Part): boolean => options.part === "all" || options.part === part;
    const figures: MvdsFigures = {
      draft: isAsked("draft") ? draftRows(options, profile, ports) : [],
      sizes: isAsked("sizes") ? sizeRows(options, profile, ports) : [],
      maybe: isAsked("sizes") ? maybeFigures(options, ports) : null,
    };
    return { json: figures, report: mvdsReport(options, figures) };
  },
});

function draftRows(options: All, profile: Profile, ports: Ports): DraftRow[] {
  const filterOnly: Profile = { ...DISPERSY, pushTo: 0 };
  const row = (id: string, name: string, mailserver: boolean, form: MvdsForm, own = profile) => {
    const isGroup = !name.startsWith("two");
    const size = chatSize(options, {
      people: isGroup ? options.people : 2,
      messages: isGroup ? options.messages : options.pairMessages,
      mailserver: mailserver ? MAILSERVER_UPTIME : 0,
    });
    return { id, name, mvds: byMvds(size, form, id, ports), node: byNode(size, own, id, ports) };
  };
  return [
    row("E7", "two people", false, INTERACTIVE),
    row("E8", "two people, mailserver", true, INTERACTIVE),
    row("E9", "group", false, INTERACTIVE, { ...profile, pushTo: 0, fresh: false }),
    row("E10", "group, multicast", false, MULTICAST),
    row("E11", "group, multicast, mailserver", true, MULTICAST),
    row("E12", "group, filter", false, FILTERS, filterOnly),
    row("E13", "group, filter, mailserver", true, FILTERS, filterOnly),
  ];
}

function sizeRows(options: All, profile: Profile, ports: Ports): SizeRow[] {
  const forms = [INTERACTIVE, BATCH, PROBABLE_ACKS, FILTERS];
  return [...SIZES, options.people].flatMap((members) => {
    const { messages } = options;
    const size = chatSize(options, { people: members, messages, mailserver: 0 });
    const name = (form: string): string => `${members} members, ${form}`;
    const rows = forms.map((form) => {
      return { members, form: form.name, ...byMvds(size, form, name(form.name), ports) };
    });
    const node = byNode(size, profile, name("this node"), ports);
    return [...rows, { members, form: "this node", ...node }];
  });
}

function maybeFigures(options: All, ports: Ports): MaybeFigures {
  const { falsePositiveRate, people, messages } = MAYBE;
  const limit = Math.min(options.limit, MAYBE.limit);
  const size = chatSize({ ...options, limit }, { people, messages, mailserver: 0 });
  const delivered = (maybe: "later" | "acked"): number => {
    const filters = { falsePositiveRate, answers: "waiting", maybe } as const;
    const form = { ...PROBABLE_ACKS, mvds: { ...PROBABLE_ACKS.mvds, filters } };
    return byMvds(size, form, `maybe: ${maybe}`, ports).delivered;
  };
  return { falsePositiveRate, later: delivered("later"), acked: delivered("acked") };
}

function byMvds(size: ChatSize, form: MvdsForm, name: string, ports: Ports): ChatFigures {
  const progress = told(`${name}, MVDS`, ports);
  return chatFigures(runMvdsChat({ ...size, ...form, progress }), size);
}

function byNode(size: ChatSize, profile: Profile, name: string, ports: Ports): ChatFigures {
  const progress = told(`${name}, this node`, ports);
  return chatFigures(runChat({ ...size, profile, progress }), size);
}
