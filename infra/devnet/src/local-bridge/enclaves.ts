/** The enclaves that hold a local bridge's key: one, or one for each slot. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { fromHex } from "@pdiem/light-client/bytes";
import type { Child } from "./child.js";
import { freePort } from "./free-port.js";
import type { GuardedDoor } from "./guarded-door.js";
import { classOfSlot, type HoldersOption } from "./holders-json.js";
import { runPdiem } from "./pdiem-command.js";
import {
  type EnclaveProcess,
  type StandbyEnclave,
  type StandbyFiles,
  startEnclave,
  startStandby,
} from "./processes.js";

/** What the relayer's configuration has as `enclave`. */
export type EnclaveSettings =
  | { readonly url: string; readonly holders?: undefined }
  | { readonly url?: undefined; readonly holders: readonly { readonly url: string }[] };

/** Slots are numbered from 1; one enclave that holds the key whole stands for the first. */
export interface Enclaves {
  /** The Ed25519 public key that they hold, 32 bytes. */
  readonly key: Uint8Array;
  readonly all: () => readonly EnclaveProcess[];
  readonly one: (slot: number) => EnclaveProcess;
  /** Starts one again on its port, from its sealed file. */
  readonly restart: (slot: number) => Promise<EnclaveProcess>;
  /** Destroys one like a machine that is lost: SIGKILL, its disk and its sealing key removed. */
  readonly destroy: (slot: number) => Promise<void>;
  /** Puts an enclave in the place of one, which has been given its key or share. */
  readonly replace: (slot: number, standby: StandbyEnclave) => void;
  readonly settings: () => EnclaveSettings;
}

interface Seat {
  readonly files: StandbyFiles & { readonly config?: string };
  readonly process: EnclaveProcess;
}

const portOf = ({ url }: Pick<EnclaveProcess, "url">): number => Number(new URL(url).port);

/** One that is started without a configuration is activated by the relayer. */
const startAgain = async ({ files, process: before }: Seat, name: string): Promise<EnclaveProcess> => {
  const { config, ...rest } = files;
  if (config !== undefined) return startEnclave({ ...rest, config }, portOf(before));
  const { child, url } = await startStandby(rest, portOf(before), name);
  return { child, url, key: before.key };
};

interface Listening {
  readonly url: string;
  readonly door: GuardedDoor | undefined;
}

const settingsOf = (listening: readonly Listening[], isHeld: boolean): EnclaveSettings => {
  const doors = listening.map(({ url, door }) => ({ url, ...door?.shown }));
  const [first = { url: "" }] = doors;
  return isHeld ? { holders: doors } : first;
};

const enclavesOf = (seats: Seat[], note: (child: Child) => void, isHeld: boolean): Enclaves => {
  const seat = (slot: number): Seat => {
    const found = seats[slot - 1];
    if (found === undefined) throw new RangeError(`expected a slot from 1 to ${seats.length}, got ${slot}`);
    return found;
  };
  const put = (slot: number, taken: Seat): void => {
    seats[slot - 1] = taken;
  };
  return {
    key: seat(1).process.key,
    all: () => seats.map((one) => one.process),
    one: (slot) => seat(slot).process,
    restart: async (slot) => {
      const before = seat(slot);
      const process = await startAgain(before, nameOf(slot));
      note(process.child);
      put(slot, { ...before, process });
      return process;
    },
    destroy: async (slot) => {
      const { files, process } = seat(slot);
      await process.child.kill();
      for (const part of [files.data, files.machine]) rmSync(part, { recursive: true });
    },
    replace: (slot, { child, url, files }) => {
      const { process, files: before } = seat(slot);
      const { config } = before;
      const own = config === undefined ? files : { ...files, config };
      put(slot, { files: own, process: { child, url, key: process.key } });
    },
    settings: () =>
      settingsOf(
        seats.map(({ files, process }) => ({ url: process.url, door: files.door })),
        isHeld,
      ),
  };
};

const nameOf = (slot: number): string => `The enclave of slot ${slot}`;

/** What both ways to make a key need. */
export interface EnclavesSources {
  readonly folder: string;
  readonly door: GuardedDoor;
  /** Port wanted for the first. */
  readonly port: number | undefined;
  readonly note: (child: Child) => void;
}

/** Starts the enclave that makes a key and holds it whole. @param config its encoded file */
export const startSoleEnclave = async (
  { folder, door, port, note }: EnclavesSources,
  config: string,
): Promise<Enclaves> => {
  const [data, machine, log] = [join(folder, "enclave"), join(folder, "machine"), join(folder, "enclave.log")];
  const files = { door, data, machine, log, config };
  const process = await startEnclave(files, await freePort(port));
  note(process.child);
  return enclavesOf([{ files, process }], note, false);
};

const filesOf = (folder: string, door: GuardedDoor, slot: number): StandbyFiles => ({
  door,
  data: join(folder, `enclave-${slot}`),
  machine: join(folder, `machine-${slot}`),
  log: join(folder, `enclave-${slot}.log`),
  simulatedAs: classOfSlot(slot),
});

/** Starts an enclave for each slot, all at once: they need no configuration to begin with. */
export const startSlots = (
  { folder, door, port, note }: EnclavesSources,
  { slots }: HoldersOption,
): Promise<readonly StandbyEnclave[]> =>
  Promise.all(
    Array.from({ length: slots }, async (_, i) => {
      const at = await freePort(port === undefined ? undefined : port + i);
      const started = await startStandby(filesOf(folder, door, i + 1), at, nameOf(i + 1));
      note(started.child);
      return started;
    }),
  );

/** What the relayer's configuration has of enclaves that listen. */
export const holderSettings = (slots: readonly StandbyEnclave[]): EnclaveSettings =>
  settingsOf(
    slots.map(({ url, files }) => ({ url, door: files.door })),
    true,
  );

/** Has them make a key by `pdiem ceremony run`. @param relayerFile with their doors */
export const makeKeyTogether = async (
  { folder, note }: Pick<EnclavesSources, "folder" | "note">,
  slots: readonly StandbyEnclave[],
  relayerFile: string,
): Promise<Enclaves> => {
  const [file, report] = [join(folder, "ceremony.json"), join(folder, "ceremony-report.json")];
  const args = ["ceremony", "run", file, "--report", report, "--json", "--config", relayerFile];
  const { custodyKey } = JSON.parse(await runPdiem(join(folder, "set-up.log"), args));
  const key = fromHex(custodyKey, 32);
  const seats = slots.map(({ child, url, files }) => ({ files, process: { child, url, key } }));
  return enclavesOf(seats, note, true);
};
