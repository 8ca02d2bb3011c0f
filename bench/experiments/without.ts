import { EXIT, UserError } from "../../node/host/errors.ts";
import { type Profile, PROFILES } from "../../node/core/profile.ts";
import type { CommonOptions, OptionSpec } from "../experiment.ts";

/** For controls: what is measured is measured again with the mechanisms switched off that are behind it. */
export const WITHOUT: OptionSpec & { name: "without"; default: string } = {
  name: "without",
  summary: "switches of the profile that are off, such as sketches,tails; push: nothing is pushed",
  default: "",
};

/** The profile asked for, less what it is to be without. Throws a UserError on an unknown name. */
export function profileOf({ profile, without }: CommonOptions & { without: string }): Profile {
  const switched: Record<string, unknown> = { ...PROFILES[profile] };
  for (const name of without === "" ? [] : without.split(",")) {
    if (name === "push") switched["pushTo"] = 0;
    else if (typeof switched[name] === "boolean") switched[name] = false;
    else {
      const known = Object.keys(switched).filter((key) => typeof switched[key] === "boolean");
      throw new UserError(
        `"${name}" is no switch of a profile`,
        `There are: push, ${known.join(", ")}.`,
        EXIT.usage,
      );
    }
  }
  return switched as unknown as Profile;
}
