/** Where a command writes: results to `out`, what else there is to say to `err`. */
export interface Output {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** Options of every command that asks a running relayer. */
export interface AskOptions {
  readonly config: string;
  readonly api?: string;
  readonly json?: boolean;
}

/** Options of those that can do without one: by the configuration alone, then. */
export interface ReadOptions extends AskOptions {
  readonly offline?: boolean;
}
