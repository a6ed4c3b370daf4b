import { openGuest } from "./configfs-tsm.js";
import { openDstack } from "./dstack.js";
import { dstackSocket } from "./dstack-socket.js";
import { openGramine } from "./gramine.js";
import { systemFiles } from "./pseudo-files.js";
import { simulatedTee } from "./simulated.js";
import type { Tee } from "./tee.js";

/** How a machine protects the program: a kind of TEE and the way to it. */
export const TEE_CHOICES = ["sgx", "tdx", "sev-snp", "dstack", "simulated"] as const;
export type TeeChoice = (typeof TEE_CHOICES)[number];

/** Where a machine has what a TEE is asked by. */
export interface TeePlaces {
  /** Gramine's pseudo-files. */
  readonly gramine: string;
  /** The kernel's folder of attestation reports. */
  readonly tsm: string;
  /** The Unix socket of dstack's guest agent. */
  readonly dstack: string;
}

export const TEE_PLACES: TeePlaces = {
  gramine: "/dev/attestation",
  tsm: "/sys/kernel/config/tsm/report",
  dstack: "/var/run/dstack.sock",
};

/** A quote takes seconds where the platform's quoting service is busy. */
const DSTACK_TIMEOUT = 30_000;

/**
 * Finds out whether this machine is what it should be: there is no other TEE in place of one that isn't there.
 * @param machine folder of the simulated TEE's key
 * @throws TeeError where it isn't
 */
export const openTee = async (choice: TeeChoice, machine: string, places = TEE_PLACES): Promise<Tee> => {
  switch (choice) {
    case "sgx":
      return openGramine(systemFiles, places.gramine);
    case "tdx":
    case "sev-snp":
      return openGuest(choice, systemFiles, places.tsm);
    case "dstack":
      return openDstack(dstackSocket(places.dstack, DSTACK_TIMEOUT));
    case "simulated":
      return simulatedTee(machine);
  }
};
