import type { Tee } from "./tee.js";

/** How a machine protects the program: a kind of TEE and the way to it, as `--tee` names them. */
export type TeeChoice = "sgx" | "tdx" | "sev-snp" | "dstack" | "simulated";

/**
 * Opens a TEE. There is no other in place of one that isn't there.
 * @param machine folder of the simulated TEE's key
 * @param name the kind that a simulated TEE stands for
 * @throws TeeError where this machine isn't what it should be
 */
export type OpenTee = (machine: string, name?: string) => Promise<Tee>;

/** The ways to a TEE that one program has: what it can't need isn't measured. */
export type Adapters = Readonly<Partial<Record<TeeChoice, OpenTee>>>;
