import type { ImportKindName, ImportPlan } from './import-plan.ts';
import type { Place } from './place.ts';

/** What planning may look at besides the place. */
export interface PlanWorld {
  /** The PATH of the caller, without what the command itself put there. */
  readonly path: string;
  /** What the caller calls this command, for remarks. */
  readonly brand: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** All that is asked of a kind of thing that can be imported. */
export interface ImportKind {
  readonly name: ImportKindName;
  /** What it is in words, for who has to choose: `a justfile`. */
  readonly what: string;
  /** The file or folder that this kind is about, where a place has one. It is what the plugin comes from, and is found again by it. */
  find(place: Place): string | undefined;
  /** What the plugin is called where nobody says. @param found what `find` gave */
  nameOf(found: string): string;
  /** @param plugin what it is called @throws UserError when it cannot be read */
  plan(found: string, plugin: string, world: PlanWorld): Promise<ImportPlan> | ImportPlan;
}
