/** A rule broken on purpose: the model must find that something went wrong. */
import type { Theme } from "../schedule.js";

export interface Mutant {
  /** What the broken bridge does. */
  readonly name: string;
  /** Section of PROTOCOL. */
  readonly section: string;
  /** In bridge/src. */
  readonly file: string;
  /** A piece of the source that stands there once, and what comes in its place. */
  readonly from: string;
  readonly to: string;
  /** Schedules that dwell on what it breaks. */
  readonly theme: Theme;
  /** A seed whose schedules find it out soon. */
  readonly seed: number;
}
